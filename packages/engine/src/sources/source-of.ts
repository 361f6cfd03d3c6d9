import { resolve } from 'node:path';
import { AppError, createContentPlace, pushAddress, type SourceSettings } from '@winnow/core';
import { detectSourceKind, parseS3Address, parseSiteAddress } from '@winnow/sources';
import type { NewSource } from './engine-sources.ts';

/**
 * What a corpus keeps of a source, from how people write it.
 * @throws AppError `invalid_argument` for globs of what is one file; `not_found` for what is not there.
 */
export async function sourceOf(
  { path, name }: Pick<NewSource, 'path' | 'name'>,
  { include, exclude }: Pick<NewSource, 'include' | 'exclude'>,
): Promise<{ readonly id: string | null; readonly settings: SourceSettings }> {
  const id = name ?? null;
  if (path === pushAddress) return { id, settings: { kind: 'push', place: createContentPlace() } };
  const settings = await settingsOf(path);
  if (settings.kind !== 'folder' && settings.kind !== 's3' && settings.kind !== 'site') {
    if (include === undefined && exclude === undefined) return { id, settings };
    throw new AppError(
      'invalid_argument',
      `include and exclude choose files of a folder; the source ${path} is one file`,
    );
  }
  return {
    id,
    settings: {
      ...settings,
      ...(include && { include: [...include] }),
      ...(exclude && { exclude: [...exclude] }),
    },
  };
}

async function settingsOf(path: string): Promise<SourceSettings> {
  if (path.startsWith('s3://'))
    return { kind: 's3', ...parseS3Address(path), include: ['**/*'], exclude: [] };
  if (/^https?:\/\//i.test(path)) return parseSiteAddress(path);
  return await detectSourceKind(resolve(path));
}
