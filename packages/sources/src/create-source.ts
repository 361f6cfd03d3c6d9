import {
  AppError,
  assertNever,
  type ContentStore,
  mailAttachmentsOf,
  type OpenMails,
  type Source,
  type SourceSettings,
} from '@winnow/core';
import { createFolderSource } from './folder/folder-source.ts';
import { withAttachments } from './mail/with-attachments.ts';
import { withOutsideTypes } from './outside-types.ts';
import { createTables, type OpenTable } from './postgres/postgres-source.ts';
import { createPushSource } from './push/push-source.ts';
import { csvFormat } from './records/csv-format.ts';
import { jsonlFormat } from './records/jsonl-format.ts';
import { createRecordSource } from './records/record-source.ts';
import type { S3Options } from './s3/s3-bucket.ts';
import { createS3Source } from './s3/s3-source.ts';
import { createSites, type OpenSite } from './site/site-source.ts';

const sdkDefaults: S3Options = { endpoint: null, region: null, pathStyle: false };

/** What sources work with. */
export interface SourcePorts {
  /** Folders that a source which lies in one must not lead out of, whatever links are put there; none by default. */
  readonly roots?: readonly string[];
  /** Where what is pushed is kept. */
  readonly contents?: ContentStore;
  /** How buckets are reached; as the SDK would by default. */
  readonly s3?: S3Options;
  /** Opens sites; without it, those of the public Internet. */
  readonly openSite?: OpenSite;
  /** Opens tables of databases; without it, each with connections of its own. */
  readonly openTable?: OpenTable;
  /** Opens mails whose attachments are documents of their own. */
  readonly mails?: OpenMails;
}

/**
 * The source that the settings describe. Nothing is opened before it is scanned or read.
 * @throws AppError `internal` where what it works with was not given.
 */
export function createSource(settings: SourceSettings, ports: SourcePorts = {}): Source {
  const source = withOutsideTypes(openSource(settings, ports));
  if (mailAttachmentsOf(settings) !== 'documents') return source;
  if (ports.mails === undefined) throw new AppError('internal', 'mails without what opens them');
  return withAttachments(source, ports.mails);
}

function openSource(
  settings: SourceSettings,
  {
    roots = [],
    contents,
    s3 = sdkDefaults,
    openSite = createSites({ allowedHosts: [] }),
    openTable = createTables(),
  }: SourcePorts,
): Source {
  switch (settings.kind) {
    case 'folder':
      return createFolderSource(settings, roots);
    case 'jsonl':
      return createRecordSource(settings.path, jsonlFormat(settings.fields), roots);
    case 'csv':
      return createRecordSource(settings.path, csvFormat(settings.fields), roots);
    case 'site':
      return openSite(settings);
    case 's3':
      return createS3Source(settings, s3);
    case 'postgres':
      return openTable(settings);
    case 'push':
      if (contents === undefined) throw new AppError('internal', 'a push source without a content store');
      return createPushSource(contents, settings.place);
    default:
      return assertNever(settings);
  }
}
