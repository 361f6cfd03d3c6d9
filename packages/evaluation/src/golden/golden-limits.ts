/** What golden queries may be: they are kept whole, and all of them are searched for. */
export const goldenLimits = {
  queries: 20_000,
  /** Over all queries. */
  judgements: 500_000,
  /** Characters of a query. */
  textLength: 8_192,
  /** Characters of a document's id, or of a query's. */
  idLength: 1_024,
  /** The highest grade. */
  grade: 1_000_000,
} as const;
