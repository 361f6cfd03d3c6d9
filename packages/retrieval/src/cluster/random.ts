/** Numbers in [0, 1), for the same seed always the same ones: xorshift (Marsaglia, 2003). */
export function createRandom(seed: number): () => number {
  // Xorshift stays at 0 for ever, and starts of neighbouring seeds resemble each other.
  let state = 0x2545f491 ^ Math.imul(seed, 0x9e3779b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
