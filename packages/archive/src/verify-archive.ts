import type { ArchiveHeader, EndLine } from './archive-format.ts';
import { readArchive } from './read-archive.ts';
import { damaged } from './read-lines.ts';

/** An archive that is as it was written. */
export interface VerifiedArchive {
  readonly path: string;
  readonly header: ArchiveHeader;
  readonly end: EndLine;
}

/** Reads an archive from its beginning to its end. @throws AppError as {@link readArchive}. */
export async function verifyArchive(path: string, signal: AbortSignal): Promise<VerifiedArchive> {
  let header: ArchiveHeader | null = null;
  let end: EndLine | null = null;
  for await (const item of readArchive(path, signal)) {
    if (item.kind === 'header') header = item;
    if (item.kind === 'end') end = item;
  }
  if (header === null || end === null) throw damaged(path, 'it is empty');
  return { path, header, end };
}
