import { type UnzipFileInfo, unzipSync } from 'fflate';
import { alwaysUnpackedBytes, maxArchiveMembers, maxUnpackedBytes, maxUnpackedRatio } from '../limits.ts';
import { refused } from '../parts.ts';

/** Names of the files in a zip archive, by its own list at its end; null where the list is missing: it is cut off. */
export function zipMembers(bytes: Uint8Array): readonly ZipMember[] | null {
  const members: ZipMember[] = [];
  try {
    unzipSync(bytes, {
      filter({ name, originalSize }) {
        members.push({ name, bytes: originalSize });
        return false;
      },
    });
  } catch {
    return null;
  }
  return members;
}

/** What an archive says that it is, whether that was packed or stands there as it is; empty where it says nothing. */
export function declarationOf(bytes: Uint8Array): string {
  const filter = ({ name, originalSize }: UnzipFileInfo) => name === 'mimetype' && originalSize < 200;
  try {
    return Buffer.from(unzipSync(bytes, { filter }).mimetype ?? []).toString('latin1');
  } catch {
    return '';
  }
}

export interface ZipMember {
  readonly name: string;
  /** Unpacked, as the archive says. */
  readonly bytes: number;
}

/** Why an archive is not unpacked; null where it may be. */
export function archiveProblem(members: readonly ZipMember[], packedBytes: number) {
  if (members.length > maxArchiveMembers) {
    return refused(
      'too_large',
      `it holds ${members.length} files, and ${maxArchiveMembers} are unpacked at most`,
    );
  }
  const unpacked = members.reduce((sum, { bytes }) => sum + bytes, 0);
  const limit = Math.min(maxUnpackedBytes, Math.max(alwaysUnpackedBytes, packedBytes * maxUnpackedRatio));
  if (unpacked <= limit) return null;
  const mega = (bytes: number): number => Math.round(bytes / 1024 / 1024);
  return refused(
    'too_large',
    `it unpacks to ${mega(unpacked)} MB, and ${mega(limit)} MB are taken from its size`,
  );
}
