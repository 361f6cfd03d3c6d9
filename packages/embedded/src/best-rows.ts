/** A chunk's row id, and between which bounds its score lies. */
export interface BoundedHit {
  readonly chunk: number;
  readonly least: number;
  readonly most: number;
}

/** The rows that may be among the best `k`, of those that were looked at. */
export interface BestRows {
  readonly rows: readonly BoundedHit[];
  /** The best `k` score at least this; −∞ while there are fewer. What cannot reach it is not among them. */
  readonly floor: number;
}

export const noRows: BestRows = { rows: [], floor: Number.NEGATIVE_INFINITY };

/** Rows kept at most, or `k`: reading the vectors of all takes some tens of milliseconds. */
const maxRows = 4_096;

/** Takes rows in, and leaves out what cannot be among the best `k` any more. */
export function withRows(best: BestRows, found: readonly BoundedHit[], k: number): BestRows {
  if (found.length === 0) return best;
  const rows = [...best.rows, ...found].sort((left, right) => right.least - left.least);
  const floor = rows[k - 1]?.least ?? Number.NEGATIVE_INFINITY;
  return { rows: rows.filter(({ most }) => most >= floor).slice(0, Math.max(maxRows, k)), floor };
}
