/**
 * Whether every number of a claim stands in a source too: `2,500` and `2500` are one number, `2.5` and `25` two,
 * full-width digits count as plain ones, numbers in words do not count.
 */
export function holdsNumbers(source: string, claim: string): boolean {
  const held = new Set(numbersOf(source));
  return numbersOf(claim).every((number) => held.has(number));
}

/** Numbers as written, thousands separators left out. */
function numbersOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
      .match(/\d+(?:\.\d+)?/g) ?? []
  );
}
