/** How an endpoint's vectors can be wrong. */
export const vectorFaults = [
  'fewer',
  'more',
  'reordered',
  'index-twice',
  'null-value',
  'not-a-number',
  'zeros',
  'wrong-size',
] as const;

export type VectorFault = (typeof vectorFaults)[number];

/** A vector on its way out; `index` is the text it belongs to. */
export interface OutgoingVector {
  readonly index: number;
  readonly values: readonly (number | null)[];
}

/**
 * Spoils a proper answer. `reordered` keeps what was said of each vector's text, so that a wire with an index
 * still tells the truth; `fewer`, `zeros` and `wrong-size` concern the last vector.
 */
export function spoilVectors(
  vectors: readonly OutgoingVector[],
  fault: VectorFault | null,
): readonly OutgoingVector[] {
  const last = vectors.at(-1);
  if (fault === null || last === undefined) return vectors;
  const but = (values: readonly (number | null)[]) => [...vectors.slice(0, -1), { ...last, values }];
  switch (fault) {
    case 'fewer':
      return vectors.slice(0, -1);
    case 'more':
      return [...vectors, { ...last, index: vectors.length }];
    case 'reordered':
      return vectors.toReversed();
    case 'index-twice':
      return [...vectors.slice(0, -1), { ...last, index: 0 }];
    case 'null-value':
      return but(last.values.with(0, null));
    case 'not-a-number':
      return but(last.values.with(0, Number.NaN));
    case 'zeros':
      return but(last.values.map(() => 0));
    case 'wrong-size':
      return but(last.values.slice(1));
  }
}
