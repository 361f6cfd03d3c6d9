import { shortHash } from '@winnow/core';

/** Whose limits a call counts against. */
export interface CallTarget {
  /** Its short name: `openai`. */
  readonly provider: string;
  /** Empty where none is asked for. */
  readonly apiKey: string;
  /** Null for the provider's own. */
  readonly baseUrl: string | null;
  /** As it is named on the wire: providers set their limits by model. */
  readonly model: string;
}

/**
 * The name under which workers share what is known of a target's limits: the same wherever these four are the
 * same. The key and the URL, which may hold a password, are in it as a hash of 128 bits only.
 */
export function limiterKeyOf({ provider, apiKey, baseUrl, model }: CallTarget): string {
  return `${provider}-${shortHash(JSON.stringify([provider, apiKey, baseUrl, model]))}`;
}
