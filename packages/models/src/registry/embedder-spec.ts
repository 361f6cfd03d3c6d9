import { findModel, unknownModel } from './find-model.ts';
import type { EmbeddingModelRow } from './model-row.ts';
import { modelRows } from './model-rows.ts';

/** What it takes to embed with a model. */
export type EmbedderSpec =
  | {
      readonly kind: 'onnx';
      readonly modelId: string;
      readonly dimensions: number;
      readonly maxTokens: number;
      readonly row: EmbeddingModelRow;
    }
  | {
      readonly kind: 'openai';
      /** `openai:NAME`. */
      readonly modelId: string;
      /** The name the endpoint knows. */
      readonly model: string;
      /** Null for a model we do not know: the endpoint has to be asked. */
      readonly dimensions: number | null;
      readonly maxTokens: number;
    };

const openAiPrefix = 'openai:';

/** @see https://platform.openai.com/docs/guides/embeddings */
const openAiModels: ReadonlyMap<string, { dimensions: number; maxTokens: number }> = new Map([
  ['text-embedding-3-small', { dimensions: 1536, maxTokens: 8192 }],
  ['text-embedding-3-large', { dimensions: 3072, maxTokens: 8192 }],
  ['text-embedding-ada-002', { dimensions: 1536, maxTokens: 8192 }],
]);

/** Most models behind OpenAI-compatible endpoints are BERT-like, with 512 positions. */
const cautiousMaxTokens = 512;

/**
 * Resolves a corpus' `embedder` setting: a model of the registry, or `openai:NAME` for any model behind an
 * OpenAI-compatible endpoint.
 * @throws AppError `not_found` with the known names, and the nearest of them.
 */
export function embedderSpec(name: string): EmbedderSpec {
  if (name.startsWith(openAiPrefix) && name.length > openAiPrefix.length) {
    const model = name.slice(openAiPrefix.length);
    const known = openAiModels.get(model);
    return {
      kind: 'openai',
      modelId: name,
      model,
      dimensions: known?.dimensions ?? null,
      maxTokens: known?.maxTokens ?? cautiousMaxTokens,
    };
  }
  const known = modelRows.filter((row) => row.kind === 'embedding').map((row) => row.name);
  const remote = [...openAiModels.keys()].map((model) => `${openAiPrefix}${model}`);
  if (!known.includes(name)) throw unknownModel('embedding', name, [...known, ...remote]);
  const row = findModel('embedding', name);
  return { kind: 'onnx', modelId: name, dimensions: row.dimensions, maxTokens: row.maxTokens, row };
}
