import { AppError, type Source } from '@winnow/core';
import { sourceError, unavailableSource } from '../file-trouble.ts';
import { rawPathOfText } from '../folder/raw-path.ts';
import { boundsOf, openWithin } from '../open-within.ts';
import { NotWhole } from './not-whole.ts';
import { recordOpener } from './open-records.ts';
import { readRecord } from './read-record.ts';
import type { RecordFormat } from './record.ts';
import { scanRecords } from './scan-records.ts';

/**
 * The records of one file, a document each. A record without an id is named for its line (`line-7`), and so is one
 * that cannot be read. Memory does not grow with the file.
 * @param roots see `createSource`.
 */
export function createRecordSource(
  path: string,
  format: RecordFormat,
  roots: readonly string[] = [],
): Source {
  const name = `file ${path}`;
  const open = async () => openWithin(rawPathOfText(path), await boundsOf(path, roots));
  const opened = recordOpener({ path, open }, format);

  return {
    async *scan(options) {
      try {
        yield* scanRecords(await opened(), options);
      } catch (error) {
        options.signal.throwIfAborted();
        throw sourceError(name, error);
      }
    },

    async read(documentId, location, signal) {
      try {
        return await readRecord(await opened(), documentId, location, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof AppError && error.part === null) throw error;
        if (error instanceof NotWhole)
          throw new AppError('unavailable', `${name}: ${error.message}`, { part: 'source' });
        throw unavailableSource(name, error);
      }
    },

    // The complete scan of a file that stayed as it was is the proof.
    isGone: async () => true,

    async check(signal) {
      signal.throwIfAborted();
      try {
        const file = await open();
        try {
          const { bytesRead } = await file.read(Buffer.alloc(1), 0, 1, 0);
          if (bytesRead === 0) throw new AppError('failed_precondition', `${name} is empty`);
        } finally {
          await file.close();
        }
        // A header without what was named is no trouble of the moment.
        await opened();
      } catch (error) {
        throw sourceError(name, error);
      }
    },
  };
}
