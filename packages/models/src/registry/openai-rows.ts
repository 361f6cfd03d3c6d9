import type { RemoteEmbeddingRow, RemoteGenerationRow } from './model-row.ts';
import type { Price } from './price.ts';

const licence = "OpenAI's terms of use";
/** Both halves of a call; the Batch API takes half. */
const priced = (input: number, output: number | null, listDate: string, source: string): Price => ({
  usdPerMillionInputTokens: input,
  usdPerMillionOutputTokens: output,
  usdPerThousandSearches: null,
  batchFactor: 0.5,
  listDate,
  source,
});
const modelPage = (name: string) => `https://developers.openai.com/api/docs/models/${name}`;

/**
 * 8,192 tokens a text and 300,000 a request are the API's limits. It would take 2,048 texts; fewer are sent, so
 * that a call that is refused or lost costs little.
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
const embedding = {
  kind: 'embedding',
  provider: 'openai',
  licence,
  maxTokens: 8_192,
  maxTextsPerCall: 256,
  maxTokensPerCall: 300_000,
} as const;

const embeddingRows: readonly RemoteEmbeddingRow[] = [
  {
    ...embedding,
    name: 'text-embedding-3-small',
    dimensions: 1_536,
    shorter: 'any',
    // The model's page, as read on 2026-06-21: $0.02. Batch $0.01.
    price: priced(0.02, null, '2026-06-21', modelPage('text-embedding-3-small')),
  },
  {
    ...embedding,
    name: 'text-embedding-3-large',
    dimensions: 3_072,
    shorter: 'any',
    // The model's page, undated copy of 2026: $0.13. Batch $0.065.
    price: priced(0.13, null, '2026', modelPage('text-embedding-3-large')),
  },
  {
    ...embedding,
    name: 'text-embedding-ada-002',
    dimensions: 1_536,
    shorter: null,
    // Price list with batch prices ($0.10, batch $0.05); the same price is quoted for it in 2026.
    price: priced(0.1, null, '2026', modelPage('text-embedding-ada-002')),
  },
];

/** A chat model; gateways pass the same names on. */
function chat(
  name: string,
  contextTokens: number,
  maxOutputTokens: number,
  price: Price,
): RemoteGenerationRow {
  return { kind: 'generation', provider: 'openai', name, licence, contextTokens, maxOutputTokens, price };
}

const list = 'https://developers.openai.com/api/docs/pricing';

/** Prices, windows and longest answers as the price list and the models' pages had them on the dates given. */
const generationRows: readonly RemoteGenerationRow[] = [
  chat('gpt-5.4-mini', 400_000, 128_000, priced(0.75, 4.5, '2026-03', modelPage('gpt-5.4-mini'))),
  chat('gpt-5-mini', 400_000, 128_000, priced(0.25, 2, '2026', modelPage('gpt-5-mini'))),
  chat('gpt-4.1', 1_047_576, 32_768, priced(2, 8, '2026-06-21', modelPage('gpt-4.1'))),
  chat('gpt-4.1-mini', 1_047_576, 32_768, priced(0.4, 1.6, '2026-06-21', modelPage('gpt-4.1-mini'))),
  chat('gpt-4.1-nano', 1_047_576, 32_768, priced(0.1, 0.4, '2026-03', list)),
  chat('gpt-4o', 128_000, 16_384, priced(2.5, 10, '2026-03', list)),
  chat('gpt-4o-mini', 128_000, 16_384, priced(0.15, 0.6, '2026-03', list)),
];

/** Models of OpenAI. */
export const openAiRows = [...embeddingRows, ...generationRows];
