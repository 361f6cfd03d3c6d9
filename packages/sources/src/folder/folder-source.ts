import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  type DocumentId,
  maxDocumentBytes,
  type RawDocument,
  type Source,
  type SourceItem,
  type SourceSettings,
  sha256,
} from '@winnow/core';
import { hashFile, readWhole } from './file-bytes.ts';
import { mediaTypeOf } from './media-type.ts';
import { createPathFilter } from './path-filter.ts';
import { type FoundFile, isInside, unreadable, walkFolder } from './walk-folder.ts';

/** Longest document id there is. */
const maxIdLength = 1_024;

/** The files of a folder and below; a document's id is its relative path. See {@link createPathFilter}. */
export function createFolderSource(settings: Extract<SourceSettings, { kind: 'folder' }>): Source {
  const filter = createPathFilter(settings.include, settings.exclude);

  return {
    async *scan(signal) {
      const root = await rootOf(settings.path);
      let count = 0;
      for await (const file of walkFolder(root, filter, signal)) {
        count += 1;
        yield await itemOf(root, file, signal);
      }
      if (count > 0) return;
      throw new AppError(
        'failed_precondition',
        `${settings.path} holds no documents that match ${settings.include.join(', ')}`,
      );
    },

    async read(documentId, location, signal): Promise<RawDocument> {
      const root = await rootOf(settings.path);
      const path = await realpath(join(root, String(location.path))).catch((cause: unknown) => {
        throw goneOr(documentId, cause);
      });
      if (!isInside(root, path)) {
        throw new AppError('failed_precondition', `${documentId} now leads out of the folder`);
      }
      const content = await readWhole(path, signal).catch((cause: unknown) => {
        throw goneOr(documentId, cause);
      });
      return {
        documentId,
        content,
        mediaType: mediaTypeOf(documentId),
        title: null,
        metadata: {},
        contentHash: sha256(content),
      };
    },
  };
}

async function itemOf(root: string, file: FoundFile, signal: AbortSignal): Promise<SourceItem> {
  const documentId = file.id as DocumentId;
  if (file.reason !== null) return { kind: 'unreadable', documentId, reason: file.reason };
  if (file.id.length > maxIdLength) {
    const reason = {
      code: 'unreadable',
      message: `its path is longer than ${maxIdLength} characters`,
    } as const;
    return { kind: 'unreadable', documentId: file.id.slice(0, maxIdLength) as DocumentId, reason };
  }
  try {
    const { bytes, hash } = await hashFile(join(root, file.path), signal);
    if (hash !== null) {
      return { kind: 'document', documentId, location: { path: file.path }, contentHash: hash, bytes };
    }
    const message = `it has ${bytes} bytes; the limit is ${maxDocumentBytes}`;
    return { kind: 'unreadable', documentId, reason: { code: 'too_large', message } };
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unreadable', documentId, reason: unreadable(error) };
  }
}

async function rootOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    const error = AppError.from(cause);
    throw error.code === 'not_found'
      ? new AppError('not_found', `there is no folder ${path}`, { cause })
      : error;
  }
}

function goneOr(documentId: DocumentId, cause: unknown): AppError {
  const error = AppError.from(cause);
  return error.code === 'not_found'
    ? new AppError('not_found', `${documentId} is no longer in the folder`, { cause })
    : error;
}
