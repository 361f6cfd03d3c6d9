/**
 * Numbers in [0, 1) that depend on the seed alone.
 * @see mulberry32 by Tommy Ettinger, public domain.
 */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A seed made of a text: FNV-1a over its code units. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** A vector of length 1 in no particular direction; equal seeds give equal bits. */
export function unitVector(seed: number, dimensions: number): Float32Array {
  const random = randomOf(seed);
  const values = Float32Array.from({ length: dimensions }, () => random() * 2 - 1);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / norm);
}

const words =
  'ledger granite meadow signal harbour copper lantern archive summit thicket orbit parcel velvet bridge kernel quartz 索引 检索 文档 向量'.split(
    ' ',
  );

/** Sentences of a small vocabulary, English with some Chinese; equal seeds give equal texts. */
export function sentencesOf(seed: number, count = 1): readonly string[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    const length = 5 + Math.floor(random() * 10);
    const picked = Array.from({ length }, () => words[Math.floor(random() * words.length)]);
    return `${picked.join(' ')}.`;
  });
}
