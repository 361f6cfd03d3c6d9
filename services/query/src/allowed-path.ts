import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { AppError, pushAddress, sourceFieldsSchema } from '@winnow/core';
import { z } from 'zod';

const globs = z.array(z.string().max(1_024)).max(64);

/** How a request names a source. */
export const sourceFields = {
  path: z
    .string()
    .min(1)
    .max(4_096)
    .describe(
      'Folder, JSONL or CSV file on the server, within WINNOW_SOURCE_ROOTS; an address below one of WINNOW_SOURCE_URLS; or `push:` for documents that are pushed.',
    ),
  name: z.string().max(32).optional(),
  include: globs.optional(),
  exclude: globs.optional(),
  fields: sourceFieldsSchema
    .optional()
    .describe(
      'Of JSONL and CSV files and of tables in a database: which field or column is `id`, `title`, `text` (several are joined; `*`: all) and `metadata`; of tables also which is `updated`.',
    ),
};

/** Where sources may lie that are named over HTTP. */
export interface AllowedPlaces {
  readonly sourceRoots: readonly string[];
  readonly sourceUrls?: readonly string[];
}

/**
 * The real path, if it lies within an allowed folder. Absent and not allowed answer alike, so that nobody
 * can ask which files the server has.
 */
export async function allowedPath(
  path: string,
  { sourceRoots, sourceUrls = [] }: AllowedPlaces,
): Promise<string> {
  if (path === pushAddress) return path;
  if (/^[a-z][a-z0-9]+:\/\//i.test(path)) return allowedAddress(path, sourceUrls);
  const real = await realpath(path).catch(() => null);
  for (const root of real === null ? [] : sourceRoots) {
    const inside = relative(await realpath(root).catch(() => root), real ?? '');
    if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return real ?? '';
  }
  throw new AppError(
    'invalid_argument',
    `no readable source at ${JSON.stringify(path)} within WINNOW_SOURCE_ROOTS of the server`,
  );
}

/** An address that lies below an allowed one, by whole parts. */
function allowedAddress(address: string, sourceUrls: readonly string[]): string {
  const isBelow = (allowed: string) =>
    address === allowed || address.startsWith(allowed.endsWith('/') ? allowed : `${allowed}/`);
  // A tab or a line break in an address is passed over where it is read, and could part two dots from their slash here.
  const isPlain = !/(?:^|\/)\.{1,2}(?:\/|$)|%2e|[?#@\\\p{Cc}]/iu.test(
    address.replace(/^[a-z0-9]+:\/\//i, ''),
  );
  if (isPlain && sourceUrls.some(isBelow)) return address;
  const shown = address.replace(/\/\/.*@/s, '//…@').slice(0, 200);
  throw new AppError(
    'invalid_argument',
    `${JSON.stringify(shown)} is not below an address of WINNOW_SOURCE_URLS of the server`,
  );
}
