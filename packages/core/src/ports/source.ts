import type { RawDocument, SourceItem, SourceLocation } from '../document.ts';
import type { DocumentId } from '../ids.ts';

/** Documents as bytes and metadata. */
export interface Source {
  /**
   * Lists everything, in a stable order, with hashes but without keeping contents. An item that cannot be
   * read is listed as such; its neighbours go on.
   * @throws AppError `not_found` if the source itself is not there, `failed_precondition` if it holds nothing.
   */
  scan(signal: AbortSignal): AsyncIterable<SourceItem>;
  /**
   * Reads one listed document again.
   * @throws AppError `not_found` if it is gone, `failed_precondition` if the place now holds another record.
   */
  read(documentId: DocumentId, location: SourceLocation, signal: AbortSignal): Promise<RawDocument>;
}
