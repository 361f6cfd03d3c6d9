/** A chunk's row id and its score, higher is better. */
export interface RowHit {
  readonly chunk: number;
  readonly score: number;
}
