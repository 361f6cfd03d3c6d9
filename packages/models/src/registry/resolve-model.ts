import { AppError, assertNever } from '@winnow/core';
import { type AskedName, findRow, readName } from './asked-name.ts';
import {
  generationProviders,
  type ModelKind,
  type ModelRow,
  type RemoteEmbeddingRow,
  type RemoteProvider,
  remoteProviders,
  rerankProviders,
} from './model-row.ts';
import { rowsOf } from './model-rows.ts';
import type { EmbeddingSpec, GenerationSpec, RerankSpec } from './model-spec.ts';
import { freePrice } from './price.ts';
import { unknownModel } from './unknown-model.ts';
import { unlistedEmbedding, unlistedGeneration, unlistedReranker } from './unlisted-model.ts';

/**
 * Finds out what a user's name of a model means: a name of the registry, with `@` and a variant where there
 * are several (`text-embedding-3-large@1024`, `all-MiniLM-L6-v2@fp32`); `openai:NAME`, `cohere:NAME`,
 * `jina:NAME` or `tei:NAME` for any model behind a server of one's own; for generation also a path that ends
 * in `.gguf`, or any name, which an OpenAI-compatible endpoint is asked for. A prefix before a known name
 * of that provider changes nothing.
 * @throws AppError `not_found` with the known names, and the nearest of them; `invalid_argument` for a variant
 * that the model does not have, or a provider that has no models of the kind.
 */
export function resolveModel(kind: 'embedding', name: string): EmbeddingSpec;
export function resolveModel(kind: 'rerank', name: string): RerankSpec;
export function resolveModel(kind: 'generation', name: string): GenerationSpec;
export function resolveModel(kind: ModelKind, name: string): EmbeddingSpec | RerankSpec | GenerationSpec;
export function resolveModel(kind: ModelKind, name: string): EmbeddingSpec | RerankSpec | GenerationSpec {
  switch (kind) {
    case 'embedding':
      return resolveEmbedding(name);
    case 'rerank':
      return resolveReranker(name);
    case 'generation':
      return resolveGeneration(name);
    default:
      return assertNever(kind);
  }
}

function resolveEmbedding(name: string): EmbeddingSpec {
  const asked = readName(name);
  const found = findRow('embedding', asked);
  if (found === null) return unlistedEmbedding(providerOf('embedding', remoteProviders, asked), asked.rest);
  const { row, variant } = found;
  if (row.provider === 'local') {
    assertWeights(row, variant);
    return { kind: 'embedding', provider: 'local', modelId: row.name, price: row.price, row };
  }
  const dimensions = dimensionsOf(row, variant);
  const shortened = dimensions !== row.dimensions;
  return {
    kind: 'embedding',
    provider: row.provider,
    modelId: shortened ? `${row.name}@${dimensions}` : row.name,
    model: row.name,
    price: row.price,
    dimensions,
    shortened,
    maxTokens: row.maxTokens,
    maxTextsPerCall: row.maxTextsPerCall,
    maxTokensPerCall: row.maxTokensPerCall ?? Number.POSITIVE_INFINITY,
  };
}

function resolveReranker(name: string): RerankSpec {
  const asked = readName(name);
  const found = findRow('rerank', asked);
  if (found === null) return unlistedReranker(providerOf('rerank', rerankProviders, asked), asked.rest);
  const { row, variant } = found;
  const { kind, name: modelId, price } = row;
  assertWeights(row, variant);
  if (row.provider === 'local') return { kind, provider: 'local', modelId, price, row };
  const { provider, maxTokens, maxPassagesPerCall } = row;
  return { kind, provider, modelId, model: modelId, price, maxTokens, maxPassagesPerCall };
}

function resolveGeneration(name: string): GenerationSpec {
  if (name.endsWith('.gguf')) {
    return { kind: 'generation', provider: 'gguf', modelId: name, price: freePrice, path: name };
  }
  const asked = readName(name);
  const found = findRow('generation', asked);
  if (found === null)
    return unlistedGeneration(
      providerOf('generation', generationProviders, openAiByDefault(asked)),
      asked.rest,
    );
  const { row, variant } = found;
  const { kind, name: modelId, price } = row;
  assertWeights(row, variant);
  if (row.provider === 'local') return { kind, provider: 'local', modelId, price, row };
  const { provider, contextTokens, maxOutputTokens } = row;
  return { kind, provider, modelId, model: modelId, price, contextTokens, maxOutputTokens };
}

/**
 * Who is asked for a model that the registry does not have.
 * @param wires the providers that have models of the kind.
 */
function providerOf<Wire extends RemoteProvider>(
  kind: ModelKind,
  wires: readonly Wire[],
  { provider, rest }: AskedName,
): Wire {
  const wire = wires.find((one) => one === provider);
  if (wire !== undefined) return wire;
  if (provider === null) throw unknownModel(kind, rest, wires);
  throw new AppError(
    'invalid_argument',
    `there is no way to ask ${provider} for a ${kind} model: write ${wires.map((one) => `${one}:NAME`).join(', ')}`,
  );
}

/** There is no closed list of chat models: any name that is no other kind of model is one. */
function openAiByDefault(asked: AskedName): AskedName {
  const isOther = (['embedding', 'rerank'] as const).some((kind) => findRow(kind, asked) !== null);
  const isName = /[^:]$/.test(asked.rest);
  return asked.provider === null && isName && !isOther ? { ...asked, provider: 'openai' } : asked;
}

function dimensionsOf(row: RemoteEmbeddingRow, variant: string | null): number {
  if (variant === null || variant === String(row.dimensions)) return row.dimensions;
  const asked = /^[1-9]\d{0,4}$/.test(variant) ? Number(variant) : Number.NaN;
  const allowed = row.shorter === 'any' ? asked < row.dimensions : row.shorter?.includes(asked);
  if (allowed === true) return asked;
  throw new AppError(
    'invalid_argument',
    `${row.name} gives vectors of ${lengthsOf(row)} dimensions, not ${JSON.stringify(variant.slice(0, 100))}`,
  );
}

function lengthsOf({ shorter, dimensions }: RemoteEmbeddingRow): string {
  return shorter === 'any' ? `1 to ${dimensions}` : [...(shorter ?? []), dimensions].join(', ');
}

/** @throws AppError `invalid_argument` unless the variant is none, or what the row's weights are anyway. */
function assertWeights(row: ModelRow, variant: string | null): void {
  if (variant === null || ('weights' in row && row.weights === variant)) return;
  const others = rowsOf(row.kind)
    .map(({ name }) => name)
    .filter((name) => name === row.name || name.startsWith(`${row.name}@`));
  throw new AppError(
    'invalid_argument',
    `${row.name} has no variant ${JSON.stringify(variant.slice(0, 100))}: there is ${others.join(', ')}`,
  );
}
