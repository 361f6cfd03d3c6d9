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
  teiRerank: 'TEI_RERANK',
};

/** @throws AppError `invalid_argument` naming the variables to set where neither key nor address is configured. */
export function endpointOf({ providers }: Config, provider: ProviderName, what: string): Endpoint {
  const { apiKey, baseUrl } = providers[provider];
  if (apiKey === null && baseUrl === null) {
    const prefix = variables[provider];
    const needed =
      provider === 'tei' || provider === 'teiRerank'
        ? `${prefix}_BASE_URL`
        : `${prefix}_API_KEY, or ${prefix}_BASE_URL for a server of your own`;
    throw new AppError('invalid_argument', `${what} needs ${needed}`);
  }
  return { apiKey: apiKey ?? '', baseUrl };
}

/** TEI is always a server of one's own: there is no address to assume. */
export function requireTei(baseUrl: string | null, what: string): string {
  if (baseUrl !== null) return baseUrl;
  throw new AppError('invalid_argument', `${what} needs the address of its server in TEI_BASE_URL`);
}
