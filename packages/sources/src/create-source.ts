import { AppError, assertNever, type ContentStore, type Source, type SourceSettings } from '@winnow/core';
import { createFolderSource } from './folder/folder-source.ts';
import { createPushSource } from './push/push-source.ts';
import { csvFormat } from './records/csv-format.ts';
import { jsonlFormat } from './records/jsonl-format.ts';
import { createRecordSource } from './records/record-source.ts';

/** What sources work with. */
export interface SourcePorts {
  /** Folders that a source which lies in one must not lead out of, whatever links are put there; none by default. */
  readonly roots?: readonly string[];
  /** Where what is pushed is kept. */
  readonly contents?: ContentStore;
}

/**
 * The source that the settings describe. Nothing is opened before it is scanned or read.
 * @throws AppError `internal` where what it works with was not given.
 */
export function createSource(settings: SourceSettings, { roots = [], contents }: SourcePorts = {}): Source {
  switch (settings.kind) {
    case 'folder':
      return createFolderSource(settings, roots);
    case 'jsonl':
      return createRecordSource(settings.path, jsonlFormat, roots);
    case 'csv':
      return createRecordSource(settings.path, csvFormat, roots);
    case 'push':
      if (contents === undefined) throw new AppError('internal', 'a push source without a content store');
      return createPushSource(contents, settings.place);
    default:
      return assertNever(settings);
  }
}
