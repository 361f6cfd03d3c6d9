import type { DocumentId, SourceLocation } from '@winnow/core';
import { listArchive } from '../archive/archive.ts';
import { membersPrefix } from '../archive/scan-archive.ts';
import { pathOfLocation, rawPathOfText } from './raw-path.ts';
import type { RootFolder } from './root-folder.ts';

/**
 * Whether an archive that is there no longer has a document: the file in it, or, where its files are documents, what
 * was said of the archive itself.
 * @param member null for the archive itself.
 * @returns false where it cannot be told.
 */
export async function isNotListed(
  root: RootFolder,
  archive: { readonly id: DocumentId; readonly location: SourceLocation },
  member: string | null,
  takes: (id: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const path = pathOfLocation(archive.location) ?? rawPathOfText(archive.id);
  try {
    const listed = await listArchive(root.absolute(path), [root.path], signal);
    if (listed.kind === 'other') return listed.isOffice && member !== null;
    if (listed.kind === 'refused') return false;
    if (member === null) return listed.members.size > 0;
    return !listed.members.has(member) || !takes(membersPrefix(archive.id) + member);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
