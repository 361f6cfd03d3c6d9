import { type FailureReason, maxDocumentBytes } from '@winnow/core';
import type { Entry } from 'yauzl';

/** Files in one archive. */
export const maxArchiveMembers = 10_000;
/** Archives and files in them that unpack to less are harmless whatever their ratio. */
const alwaysUnpackedBytes = 16 * 1024 * 1024;
/** Unpacked bytes for each packed one; text comes to 10, logs to 50, and only bombs to 1,000. */
const maxUnpackedRatio = 200;

type Sizes = Pick<Entry, 'compressedSize' | 'uncompressedSize'>;

/**
 * Why nothing of an archive is taken; null where it may be.
 * @param archiveBytes of the archive itself.
 */
export function archiveProblem(files: readonly Sizes[], archiveBytes: number): FailureReason | null {
  if (files.length > maxArchiveMembers) {
    const message = `it holds more than ${maxArchiveMembers} files`;
    return { code: 'too_large', message };
  }
  const packed = files.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (packed > archiveBytes) {
    return { code: 'malformed', message: 'the archive is damaged: files in it overlap' };
  }
  // Those that are too much by themselves are refused by themselves.
  const taken = files.filter((file) => !isTooMuch(file));
  const unpacked = taken.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpacked <= limitOf(archiveBytes)) return null;
  const message = `it unpacks to ${mega(unpacked)} MB, and ${mega(limitOf(archiveBytes))} MB are taken from its size`;
  return { code: 'too_large', message };
}

/** Why one file of an archive is not taken; null where it may be. */
export function memberProblem(
  name: string,
  entry: Sizes & Pick<Entry, 'isEncrypted' | 'canDecodeFileData'>,
): FailureReason | null {
  const { uncompressedSize } = entry;
  if (entry.isEncrypted()) return { code: 'needs_password', message: 'it opens with a password only' };
  if (isArchive.test(name)) {
    return { code: 'unsupported_type', message: 'it is an archive within an archive, which is not opened' };
  }
  if (!entry.canDecodeFileData()) {
    return { code: 'unsupported_type', message: 'it is packed in a way that is not read' };
  }
  if (uncompressedSize > maxDocumentBytes) {
    return {
      code: 'too_large',
      message: `it has ${uncompressedSize} bytes; the limit is ${maxDocumentBytes}`,
    };
  }
  if (!isTooMuch(entry)) return null;
  return { code: 'too_large', message: `it unpacks to ${mega(uncompressedSize)} MB, far more than its size` };
}

const isArchive = /\.(?:zip|jar|7z|rar|tar|tgz|tbz2?|txz|tar\.\w{1,4})$/i;

function isTooMuch({ compressedSize, uncompressedSize }: Sizes): boolean {
  return uncompressedSize > Math.min(maxDocumentBytes, limitOf(compressedSize));
}

function limitOf(packedBytes: number): number {
  return Math.max(alwaysUnpackedBytes, packedBytes * maxUnpackedRatio);
}

function mega(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
