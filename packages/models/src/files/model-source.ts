import type { LocalModelRow, ModelFile } from '../registry/model-row.ts';

/** A file that is missing, and how to say how far its download is. */
export interface WantedFile {
  readonly pin: ModelFile;
  /** Where the source puts it. */
  readonly path: string;
  readonly onBytes: (received: number) => void;
}

/** A place that missing files can be fetched from. */
export interface ModelSource {
  /** For the list of what was tried. */
  readonly label: string;
  /** Whether it should have the model's files: others are not even tried. */
  has(row: LocalModelRow): boolean;
  /**
   * Puts every wanted file at its path, checked.
   * @returns null when done, or why this source cannot help.
   * @throws AppError `failed_precondition` if it has other bytes than the pin; `canceled`.
   */
  fetch(row: LocalModelRow, wanted: readonly WantedFile[], signal: AbortSignal): Promise<string | null>;
}
