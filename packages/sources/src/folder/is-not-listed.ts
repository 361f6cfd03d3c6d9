import type { DocumentId, SourceLocation } from '@winnow/core';
import { isNoLongerIn } from '../archive/scan-archive.ts';
import { listArchiveAt } from './packed-file.ts';
import { pathOfLocation, rawPathOfText } from './raw-path.ts';
import type { RootFolder } from './root-folder.ts';

/** Whether an archive in a folder that is there no longer has a document; see {@link isNoLongerIn}. */
export async function isNotListed(
  root: RootFolder,
  archive: { readonly id: DocumentId; readonly location: SourceLocation },
  member: string | null,
  takes: (id: string) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const path = pathOfLocation(archive.location) ?? rawPathOfText(archive.id);
  try {
    const listed = await listArchiveAt(root.absolute(path), [root.path], signal);
    return isNoLongerIn(listed, archive.id, member, takes);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
