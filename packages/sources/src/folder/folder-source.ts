import type { DocumentId, Source, SourceLocation, SourceSettings } from '@winnow/core';
import { isArchiveName } from '../archive/archive.ts';
import { archiveOf, memberFilter, memberOf } from '../archive/scan-archive.ts';
import { isNotListed } from './is-not-listed.ts';
import { createPathFilter, type PathFilter } from './path-filter.ts';
import { pathOfLocation } from './raw-path.ts';
import { readFile } from './read-file.ts';
import { openRoot } from './root-folder.ts';
import { scanFolder } from './scan-folder.ts';
import { whereaboutsOf } from './whereabouts.ts';

/**
 * The files of a folder and below; a document's id is its relative path. Those in a zip archive are documents too, below
 * its path. See {@link createPathFilter}.
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
    async isGone(documentId, location, signal, takenUpAt) {
      const { file, member } = fileOf(documentId, location);
      if (!filter().takes(file.id)) return true;
      const root = await openRoot(settings.path, roots).catch(() => null);
      signal.throwIfAborted();
      if (root === null) return false;
      const whereabouts = await whereaboutsOf(root, file.id, pathOfLocation(file.location), takenUpAt);
      if (whereabouts === 'missing') return true;
      if (whereabouts !== 'unknown' || !isArchiveName(file.id)) return false;
      return await isNotListed(root, file, member, memberFilter(settings), signal);
    },
    async lostPlace(documentId, location, signal, takenUpAt) {
      const { file } = fileOf(documentId, location);
      const root = await openRoot(settings.path, roots).catch(() => null);
      signal.throwIfAborted();
      if (root === null || !filter().takes(file.id)) return null;
      const whereabouts = await whereaboutsOf(root, file.id, pathOfLocation(file.location), takenUpAt);
      return typeof whereabouts === 'string' ? null : whereabouts;
    },
    async check(signal) {
      signal.throwIfAborted();
      filter();
      await openRoot(settings.path, roots);
    },
  };
}

/** The file that holds a document: itself, or the archive that it lies in. */
function fileOf(documentId: DocumentId, location: SourceLocation) {
  const member = memberOf(location);
  const file = member === null ? { id: documentId, location } : archiveOf(documentId, member, location);
  return { file, member };
}
