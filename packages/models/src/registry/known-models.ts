import type { ModelKind, ModelRow, Provider } from './model-row.ts';
import { modelRows } from './model-rows.ts';
import type { Price } from './price.ts';

/** A model that can be named, for lists. */
export interface KnownModel {
  readonly name: string;
  readonly kind: ModelKind;
  readonly provider: Provider;
  /** The only language that it was trained on; null for a model of many. */
  readonly language: 'en' | 'zh' | null;
  /** Null where the model makes no vectors. */
  readonly dimensions: number | null;
  /** Longest input; of a chat model, prompt and answer together. */
  readonly maxTokens: number;
  /** For people: `$0.02 / M tokens`, `free`, `unknown`. */
  readonly price: string;
  /** When the price list was read; empty without one. */
  readonly priceDate: string;
  readonly licence: string;
  /** `0–1` where scores can be compared across queries and thresholds apply; null where the model gives none. */
  readonly scores: '0–1' | null;
}

/** Every model of the registry, in its order. */
export function knownModels(): readonly KnownModel[] {
  return modelRows.map((row) => ({
    name: row.name,
    kind: row.kind,
    provider: row.provider,
    language: row.language ?? null,
    dimensions: row.kind === 'embedding' ? row.dimensions : null,
    maxTokens: longestInputOf(row),
    price: priceText(row.price),
    priceDate: row.price.listDate,
    licence: row.licence,
    scores: row.kind === 'rerank' ? '0–1' : null,
  }));
}

function longestInputOf(row: ModelRow): number {
  return row.kind === 'generation' ? row.contextTokens : row.maxTokens;
}

/** A price in a few words. */
export function priceText(price: Price): string {
  const parts = [
    unitPrice(price.usdPerMillionInputTokens, price.usdPerMillionOutputTokens === null ? 'M tokens' : 'M in'),
    unitPrice(price.usdPerMillionOutputTokens, 'M out'),
    unitPrice(price.usdPerThousandSearches, 'K searches'),
  ].filter((part) => part !== null);
  if (parts.length === 0) return 'unknown';
  return parts.every((part) => part.startsWith('$0 ')) ? 'free' : parts.join(', ');
}

function unitPrice(usd: number | null, unit: string): string | null {
  if (usd === null) return null;
  const cents = usd.toFixed(2);
  return `$${usd === 0 ? '0' : Number(cents) === usd ? cents : usd} / ${unit}`;
}
