import type { ModelFile, ModelRow } from '../registry/model-row.ts';

/** The two files that make a model. */
export const modelFileNames = ['model', 'tokenizer'] as const;
export type ModelFileName = (typeof modelFileNames)[number];

/** What the cache calls each file. */
export const cachedNames: Readonly<Record<ModelFileName, string>> = {
  model: 'model.onnx',
  tokenizer: 'tokenizer.json',
};

/** A file that is missing, and how to say how far its download is. */
export interface WantedFile {
  readonly name: ModelFileName;
  readonly pin: ModelFile;
  /** Where the source puts it. */
  readonly path: string;
  readonly onBytes: (received: number) => void;
}

/** A place that missing files can be fetched from. */
export interface ModelSource {
  /** For the list of what was tried. */
  readonly label: string;
  /**
   * Puts every wanted file at its path, checked.
   * @returns null when done, or why this source cannot help.
   * @throws AppError `failed_precondition` if it has other bytes than the pin; `canceled`.
   */
  fetch(row: ModelRow, wanted: readonly WantedFile[], signal: AbortSignal): Promise<string | null>;
}
