import { realpath } from 'node:fs/promises';
import {
  AppError,
  type DocumentId,
  type RawDocument,
  type Sha256,
  type SourceLocation,
  sha256,
} from '@winnow/core';
import { memberOf } from '../archive/scan-archive.ts';
import { troubleOf, unavailableSource, wordsOf } from '../file-trouble.ts';
import { readWhole } from './file-bytes.ts';
import { mediaTypeOf } from './media-type.ts';
import { readMemberAt } from './packed-file.ts';
import { bytesOf, isInside, joinPaths, pathOfLocation, rawPathOf } from './raw-path.ts';
import { openRoot, realRoot } from './root-folder.ts';

/** The folder of a source. */
interface ReadFolder {
  readonly path: string;
  /** See `createSource`. */
  readonly roots: readonly string[];
}

/**
 * Reads one file of a folder, or of an archive in it.
 * @throws AppError see `Source.read`; without a part only where it is the document's own: it is not there, in a
 * folder that is; it may not be read; it is too large.
 */
export async function readFile(
  folder: ReadFolder,
  documentId: DocumentId,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<RawDocument> {
  try {
    const { content, contentHash } = await contentAt(folder, documentId, location, signal);
    return {
      documentId,
      path: documentId,
      content,
      mediaType: mediaTypeOf(documentId),
      title: null,
      metadata: {},
      contentHash,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw await whoseFailure(folder, documentId, error);
  }
}

async function contentAt(
  folder: ReadFolder,
  documentId: DocumentId,
  location: SourceLocation,
  signal: AbortSignal,
): Promise<{ readonly content: Uint8Array; readonly contentHash: Sha256 }> {
  const path = pathOfLocation(location);
  if (path === null) throw new AppError('not_found', `${documentId} has no place in the folder`);
  const root = await realRoot(folder.path, folder.roots);
  const target = rawPathOf(await realpath(bytesOf(joinPaths(root, path)), { encoding: 'buffer' }));
  if (!isInside(root, target)) {
    throw new AppError('failed_precondition', `${documentId} now leads out of the folder`);
  }
  const member = memberOf(location);
  if (member !== null) return await readMemberAt(target, [root], member, signal);
  const content = await readWhole(target, signal, [root]);
  return { content, contentHash: sha256(content) };
}

/** A file that is gone or refused is its own failure only while the folder is as it should be. */
async function whoseFailure(folder: ReadFolder, documentId: DocumentId, error: unknown): Promise<unknown> {
  if (error instanceof AppError && error.part === null) return error;
  const trouble = troubleOf(error);
  if (trouble === null || trouble === 'away') return unavailableSource(`folder ${folder.path}`, error);
  try {
    await openRoot(folder.path, folder.roots);
  } catch (rootError) {
    return unavailableSource(`folder ${folder.path}`, rootError);
  }
  return trouble === 'gone'
    ? new AppError('not_found', `${documentId} is no longer in the folder`, { cause: error })
    : new AppError('failed_precondition', `${documentId} may not be read: ${wordsOf(error)}`, {
        cause: error,
      });
}
