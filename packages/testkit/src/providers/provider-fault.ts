/** What a request gets instead of a proper answer. */
export type ProviderFault =
  /** A refusal, with the provider's own error body unless another is given; a string is sent as it is. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly message?: string;
      /** The provider's own name of the error: `insufficient_quota`. */
      readonly code?: string;
      readonly body?: unknown;
    }
  /** No answer until the client gives up. */
  | { readonly kind: 'hang' }
  /** The proper answer, byte by byte, without the last one. */
  | { readonly kind: 'drip' }
  /** Half of the proper answer under the length of the whole, then the connection ends. */
  | { readonly kind: 'truncated' }
  /** The connection is cut before an answer begins. */
  | { readonly kind: 'cut' }
  /** The proper answer's body, changed; a string is sent as it is. */
  // biome-ignore lint/suspicious/noExplicitAny: a test changes a body whose form it knows
  | { readonly kind: 'changed'; readonly change: (body: any) => unknown };

/** Faults that come by chance, for loads; the same seed gives the same requests the same faults. */
export interface RandomFaults {
  /** Share of the requests, above 0 to 1. */
  readonly rate: number;
  readonly seed: number;
  /** One of these each time, with equal chances. */
  readonly faults: readonly ProviderFault[];
}
