import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AppError, type SourceSettings } from '@winnow/core';

const jsonl = /\.(?:jsonl|ndjson)(?:\.gz)?$/i;
const csv = /\.(?:csv|tsv)(?:\.gz)?$/i;
const single =
  /\.(?:md|markdown|mdx|txt|text|html?|xhtml|rst|adoc|org|log|json|pdf|docx|pptx|xlsx|od[tps]|rtf|epub|eml|msg)$/i;

/**
 * Settings for what is at a path: a folder, a file of records, or one document (a folder source that takes in
 * nothing else).
 * @param path made absolute from the working directory.
 * @throws AppError `not_found`; `invalid_argument` for a file of another kind.
 */
export async function detectSourceKind(path: string): Promise<SourceSettings> {
  const absolute = resolve(path);
  const status = await stat(absolute).catch((cause: unknown) => {
    throw AppError.from(cause).code === 'not_found'
      ? new AppError('not_found', `there is nothing at ${absolute}`, { cause })
      : AppError.from(cause);
  });
  if (status.isDirectory()) return { kind: 'folder', path: absolute, include: ['**/*'], exclude: [] };
  if (status.isFile()) {
    if (jsonl.test(absolute)) return { kind: 'jsonl', path: absolute };
    if (csv.test(absolute)) return { kind: 'csv', path: absolute };
    if (single.test(absolute)) {
      return { kind: 'folder', path: dirname(absolute), include: [basename(absolute)], exclude: [] };
    }
  }
  throw new AppError(
    'invalid_argument',
    `${absolute} is neither a folder, nor .jsonl or .csv (also .gz), nor a document such as .md, .html, .txt, .pdf or .docx: of other types, name the folder`,
  );
}
