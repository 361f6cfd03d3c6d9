import type { Metadata } from '@winnow/core';
import type { Position, RecordBytes } from './split-lines.ts';

/** A record of a file as a document. */
export interface DocumentRecord {
  /** Null where the record names none: then its line does. */
  readonly id: string | null;
  readonly title: string | null;
  readonly text: string;
  readonly metadata: Metadata;
}

export type ParsedRecord =
  | { readonly kind: 'record'; readonly record: DocumentRecord }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'malformed';
      readonly message: string;
      /** Whether it may be the beginning of a record. */
      readonly mayBeCut: boolean;
    };

/** How one file of records is read: made by a {@link RecordFormat} from the file's beginning. */
export interface RecordReader {
  /** @param start where the chunks begin, before a record; at the beginning of the file a header is skipped. */
  split(chunks: AsyncIterable<Uint8Array>, start: Position): AsyncIterable<RecordBytes>;
  parse(text: string): ParsedRecord;
}

/** A way to write records into a file. */
export interface RecordFormat {
  /** `unicode`: UTF-8, or UTF-16 with a mark; `any`: also what {@link openUtf8File} can tell by the bytes. */
  readonly encoding: 'unicode' | 'any';
  /**
   * @param chunks of the file from its beginning; reads no more than it needs.
   * @throws AppError `failed_precondition` if the file cannot be of this format.
   */
  open(chunks: AsyncIterable<Uint8Array>): Promise<RecordReader>;
}
