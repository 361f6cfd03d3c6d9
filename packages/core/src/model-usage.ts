/** What one or more calls of a model took. */
export interface ModelUsage {
  /** Calls made to the model or its provider. */
  readonly calls: number;
  /** Tokens that went in, as billed; our own count where the provider does not say. */
  readonly inputTokens: number;
  /** Tokens that were generated. */
  readonly outputTokens: number;
  /** Units of rerankers that are billed by search: a query with up to 100 passages is one. */
  readonly searches: number;
  /** Texts that were longer than the model reads, and lost their end. */
  readonly truncated: number;
}

export const noModelUsage: ModelUsage = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  searches: 0,
  truncated: 0,
};

/** Field by field. */
export function addModelUsage(one: ModelUsage, other: ModelUsage): ModelUsage {
  return {
    calls: one.calls + other.calls,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    searches: one.searches + other.searches,
    truncated: one.truncated + other.truncated,
  };
}
