import { assertNever, type Source, type SourceSettings } from '@winnow/core';
import { createFolderSource } from './folder/folder-source.ts';
import { csvFormat } from './records/csv-format.ts';
import { jsonlFormat } from './records/jsonl-format.ts';
import { createRecordSource } from './records/record-source.ts';

/** The source that the settings describe. Nothing is opened before it is scanned or read. */
export function createSource(settings: SourceSettings): Source {
  switch (settings.kind) {
    case 'folder':
      return createFolderSource(settings);
    case 'jsonl':
      return createRecordSource(settings.path, jsonlFormat);
    case 'csv':
      return createRecordSource(settings.path, csvFormat);
    default:
      return assertNever(settings);
  }
}
