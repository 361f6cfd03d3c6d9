import { assertNever, type Source, type SourceSettings } from '@winnow/core';
import { createFolderSource } from './folder/folder-source.ts';
import { csvFormat } from './records/csv-format.ts';
import { jsonlFormat } from './records/jsonl-format.ts';
import { createRecordSource } from './records/record-source.ts';

/**
 * The source that the settings describe. Nothing is opened before it is scanned or read.
 * @param roots folders that a source which lies in one must not lead out of, whatever links are put there.
 */
export function createSource(settings: SourceSettings, roots: readonly string[] = []): Source {
  switch (settings.kind) {
    case 'folder':
      return createFolderSource(settings, roots);
    case 'jsonl':
      return createRecordSource(settings.path, jsonlFormat, roots);
    case 'csv':
      return createRecordSource(settings.path, csvFormat, roots);
    default:
      return assertNever(settings);
  }
}
