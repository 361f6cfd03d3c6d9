import { resolve } from 'node:path';
import {
  AppError,
  createContentPlace,
  hasMailAttachments,
  type MailAttachments,
  pushAddress,
  type SourceSettings,
} from '@winnow/core';
import { detectSourceKind, parsePostgresAddress, parseS3Address, parseSiteAddress } from '@winnow/sources';
import type { NewSource } from './engine-sources.ts';

type Choices = Pick<NewSource, 'include' | 'exclude' | 'fields' | 'mailAttachments'>;

/**
 * What a corpus keeps of a source, from how people write it.
 * @throws AppError `invalid_argument` for what cannot be chosen of such a source; `not_found` for what is not there.
 */
export async function sourceOf(
  { path, name }: Pick<NewSource, 'path' | 'name'>,
  choices: Choices,
): Promise<{ readonly id: string | null; readonly settings: SourceSettings }> {
  const settings = await settingsOf(path);
  return { id: name ?? null, settings: withChoices(settings, choices, path) };
}

function withChoices(settings: SourceSettings, choices: Choices, path: string): SourceSettings {
  const { include, exclude, fields, mailAttachments } = choices;
  if (mailAttachments !== undefined && !hasMailAttachments(settings)) {
    throw unfit(
      `what becomes of the attachments of mails is chosen for folders and buckets; the source ${path} is neither`,
    );
  }
  switch (settings.kind) {
    case 'jsonl':
    case 'csv':
      if (include !== undefined || exclude !== undefined) {
        throw unfit(`include and exclude choose files of a folder; the source ${path} is one file`);
      }
      if (fields?.updated !== undefined) {
        throw unfit(`updated names a column of a table in a database; the source ${path} is a file`);
      }
      // Said even where none is chosen: then a table has to have a column that is its text.
      return { ...settings, fields: fields ?? {} };
    case 'postgres':
      if (include !== undefined || exclude !== undefined) {
        throw unfit(`include and exclude choose files; of ${path} a view chooses the rows`);
      }
      return { ...settings, fields: fields ?? {} };
    case 'push':
      if (include !== undefined || exclude !== undefined) {
        throw unfit('include and exclude choose files of a folder; what is pushed is taken as it comes');
      }
      if (fields?.updated !== undefined) {
        throw unfit('updated names a column of a table in a database; to push: documents are sent');
      }
      return { ...settings, ...(fields && { fields }) };
    default:
      if (fields !== undefined)
        throw unfit(
          `fields are chosen of JSONL and CSV files, of tables in a database and of what is pushed; the source ${path} is none`,
        );
      return {
        ...settings,
        // Said, since corpora of before have attachments as parts of their mails.
        ...((mailAttachments ?? defaultFor(settings)) === 'documents' && {
          mailAttachments: 'documents' as const,
        }),
        ...(include && { include: [...include] }),
        ...(exclude && { exclude: [...exclude] }),
      };
  }
}

function defaultFor({ kind }: SourceSettings): MailAttachments {
  return kind === 'folder' ? 'documents' : 'parts';
}

function unfit(message: string): AppError {
  return new AppError('invalid_argument', message);
}

async function settingsOf(path: string): Promise<SourceSettings> {
  if (path === pushAddress) return { kind: 'push', place: createContentPlace() };
  if (path.startsWith('s3://'))
    return { kind: 's3', ...parseS3Address(path), include: ['**/*'], exclude: [] };
  if (/^postgres(?:ql)?:\/\//i.test(path)) return parsePostgresAddress(path);
  if (/^https?:\/\//i.test(path)) return parseSiteAddress(path);
  return await detectSourceKind(resolve(path));
}
