import { AppError } from '@winnow/core';
import type { Config, ProviderName } from '@winnow/runtime';

/** Where a provider is asked, and with which key. */
export interface Endpoint {
  /** Empty for a server that asks for none. */
  readonly apiKey: string;
  /** null: the provider itself. */
  readonly baseUrl: string | null;
}

const variables: Readonly<Record<ProviderName, string>> = {
  openai: 'OPENAI',
  cohere: 'CO',
  jina: 'JINA',
  tei: 'TEI',
};

/** @throws AppError `invalid_argument` naming the variables to set where neither key nor address is configured. */
export function endpointOf({ providers }: Config, provider: ProviderName, what: string): Endpoint {
  const { apiKey, baseUrl } = providers[provider];
  if (apiKey === null && baseUrl === null) {
    const prefix = variables[provider];
    const needed =
      provider === 'tei'
        ? `${prefix}_BASE_URL`
        : `${prefix}_API_KEY, or ${prefix}_BASE_URL for a server of your own`;
    throw new AppError('invalid_argument', `${what} needs ${needed}`);
  }
  return { apiKey: apiKey ?? '', baseUrl };
}

/** A server of one's own that has to be named, since there is none to assume. */
export function requireBaseUrl({ baseUrl }: Endpoint, what: string): string {
  if (baseUrl !== null) return baseUrl;
  throw new AppError('invalid_argument', `${what} needs TEI_BASE_URL`);
}
