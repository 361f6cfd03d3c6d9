import type { Source, SourceSettings } from '@winnow/core';
import { isMissing } from './is-missing.ts';
import { createPathFilter, type PathFilter } from './path-filter.ts';
import { pathOfLocation } from './raw-path.ts';
import { readFile } from './read-file.ts';
import { openRoot } from './root-folder.ts';
import { scanFolder } from './scan-folder.ts';

/**
 * The files of a folder and below; a document's id is its relative path. See {@link createPathFilter}.
 * @param roots see `createSource`.
 */
export function createFolderSource(
  settings: Extract<SourceSettings, { kind: 'folder' }>,
  roots: readonly string[] = [],
): Source {
  let made: PathFilter | null = null;
  // Only where it is used: a pattern of another language is the scan's failure, not that of each document.
  const filter = (): PathFilter => {
    made ??= createPathFilter(settings.include, settings.exclude);
    return made;
  };

  return {
    async *scan(options) {
      options.signal.throwIfAborted();
      yield* scanFolder(await openRoot(settings.path, roots), settings, filter(), options);
    },
    read: (documentId, location, signal) =>
      readFile({ path: settings.path, roots }, documentId, location, signal),
    async isGone(documentId, location, signal) {
      if (!filter().takes(documentId)) return true;
      const root = await openRoot(settings.path, roots).catch(() => null);
      signal.throwIfAborted();
      return root !== null && (await isMissing(root, documentId, pathOfLocation(location)));
    },
    async check(signal) {
      signal.throwIfAborted();
      filter();
      await openRoot(settings.path, roots);
    },
  };
}
