import { cohereRows } from './cohere-rows.ts';
import { jinaRows } from './jina-rows.ts';
import { localEmbeddingRows } from './local-embedding-rows.ts';
import { localGenerationRows } from './local-generation-rows.ts';
import { localRerankRows } from './local-rerank-rows.ts';
import type { LocalModelRow, ModelKind, ModelRow } from './model-row.ts';
import { openAiRows } from './openai-rows.ts';

/** Every model Winnow knows: those that run here first, then by provider. Names differ within a kind. */
export const modelRows: readonly ModelRow[] = [
  ...localEmbeddingRows,
  ...localRerankRows,
  ...localGenerationRows,
  ...openAiRows,
  ...cohereRows,
  ...jinaRows,
];

/** The rows of a kind. */
export function rowsOf<Kind extends ModelKind>(kind: Kind): readonly Extract<ModelRow, { kind: Kind }>[] {
  return modelRows.filter((row): row is Extract<ModelRow, { kind: Kind }> => row.kind === kind);
}

/** Whether a model runs on this machine. */
export function isLocal<Row extends ModelRow>(row: Row): row is Extract<Row, LocalModelRow> {
  return row.provider === 'local';
}
