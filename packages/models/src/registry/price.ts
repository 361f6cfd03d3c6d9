/** What a provider asks for a model, as its own price page said on a day. */
export interface Price {
  /**
   * US dollars; null where this kind of unit is not billed. Null in this and the next two: no price is known.
   */
  readonly usdPerMillionInputTokens: number | null;
  readonly usdPerMillionOutputTokens: number | null;
  /** A search is one query with up to 100 passages. */
  readonly usdPerThousandSearches: number | null;
  /** What part of the price a call of the provider's Batch API costs; null where there is none. */
  readonly batchFactor: number | null;
  /** When the list was read, as exactly as is known: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`; empty without a list. */
  readonly listDate: string;
  /** The page of the provider; empty without a list. */
  readonly source: string;
}

const noList = { batchFactor: null, listDate: '', source: '' };

/** Of models that run on this machine. */
export const freePrice: Price = {
  usdPerMillionInputTokens: 0,
  usdPerMillionOutputTokens: 0,
  usdPerThousandSearches: 0,
  ...noList,
};

/** Of models that nobody told us a price of. */
export const unknownPrice: Price = {
  usdPerMillionInputTokens: null,
  usdPerMillionOutputTokens: null,
  usdPerThousandSearches: null,
  ...noList,
};
