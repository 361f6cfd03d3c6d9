/** UTF-8 that was read as Latin-1 and saved again: a lead byte as a letter, then a byte that goes on. */
const misreadPair = /[\u00c2-\u00f4][\u0080-\u009f\u00a1-\u00bf]/g;
/** Of the bytes that go on, half are control characters, which no text has. */
const control = /[\u00c2-\u00f4][\u0080-\u009f]|[\u0080-\u009f]{2}|[\u00a1-\u00bf][\u0080-\u009f]/;
const sampleLength = 65_536;

/** Whether a text is mojibake: valid, and not what anybody wrote. To be asked before control characters go. */
export function looksMisread(text: string): boolean {
  const sample = text.slice(0, sampleLength);
  const pairs = sample.match(misreadPair)?.length ?? 0;
  const foreign = sample.match(/\P{ASCII}/gu)?.length ?? 0;
  return pairs >= 3 && pairs * 4 >= foreign && control.test(sample);
}
