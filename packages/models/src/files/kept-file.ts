import type { LocalModelRow, ModelFile } from '../registry/model-row.ts';

/** A file that a model consists of, and what the cache calls it. */
export interface KeptFile {
  readonly pin: ModelFile;
  /** `model.onnx`, `model.gguf` or `tokenizer.json`. */
  readonly name: string;
}

/** Weights first. */
export function keptFilesOf(row: LocalModelRow): readonly KeptFile[] {
  if (row.kind === 'generation') return [{ pin: row.files.model, name: 'model.gguf' }];
  return [
    { pin: row.files.model, name: 'model.onnx' },
    { pin: row.files.tokenizer, name: 'tokenizer.json' },
  ];
}
