import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { open, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AppError, type Sha256 } from '@winnow/core';
import { maxLineBytes } from './archive-format.ts';

/** Vectors hardly shrink, whatever the effort. */
const compressionLevel = 6;

/** An archive that is being written. */
export interface ArchiveFile {
  /** Adds a line. @throws AppError `failed_precondition` for one that no reader would take. */
  write(line: object): Promise<void>;
  /**
   * Adds the last line, with the checksum of those before, and puts the file into its place, all at once.
   * @returns the checksum.
   */
  finish(last: object): Promise<Sha256>;
  /** Leaves nothing behind; may follow a `finish` that failed. */
  discard(): Promise<void>;
}

/**
 * Opens `PATH.partial`, which becomes PATH when it is whole: one that is there already stays until then.
 * @throws AppError `failed_precondition`, `not_found` or `resource_exhausted` where the path cannot be written.
 */
export async function openArchiveFile(path: string): Promise<ArchiveFile> {
  const target = resolve(path);
  const partial = `${target}.partial`;
  const wrapped = <Result>(work: () => Promise<Result>) => withPath(path, work);
  const file = await wrapped(async () => {
    await requireReplaceable(target);
    return await open(partial, 'w', 0o600);
  });
  const gzip = createGzip({ level: compressionLevel });
  // Closes the file too, with all of it on the disk.
  const written = pipeline(gzip, file.createWriteStream({ flush: true }));
  // Told of by whoever writes next.
  written.catch(() => {});
  const hash = createHash('sha256');

  async function add(text: string): Promise<void> {
    if (gzip.write(text)) return;
    await Promise.race([once(gzip, 'drain'), written]);
  }

  return {
    write: (line) =>
      wrapped(async () => {
        const text = lineOf(line);
        hash.update(text);
        await add(text);
      }),
    finish: (last) =>
      wrapped(async () => {
        const sha256 = hash.digest('hex') as Sha256;
        await add(lineOf({ ...last, sha256 }));
        gzip.end();
        await written;
        await rename(partial, target);
        return sha256;
      }),
    async discard() {
      gzip.destroy();
      await written.catch(() => {});
      await rm(partial, { force: true }).catch(() => {});
    },
  };
}

function lineOf(line: object): string {
  const text = `${JSON.stringify(line)}\n`;
  // A code unit is three bytes at most: nearly every line is far below.
  if (text.length * 3 > maxLineBytes && Buffer.byteLength(text) > maxLineBytes) {
    throw new AppError(
      'failed_precondition',
      `a line of ${Buffer.byteLength(text)} bytes is more than the ${maxLineBytes} that an archive may have`,
    );
  }
  return text;
}

async function requireReplaceable(target: string): Promise<void> {
  const existing = await stat(target).catch(() => null);
  if (existing === null || existing.isFile()) return;
  throw new AppError('failed_precondition', 'it is there already, and is no file');
}

async function withPath<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    const reason = code === 'not_found' ? 'its folder is not there' : message;
    throw new AppError(code, `the archive cannot be written to ${path}: ${reason}`, { cause: thrown });
  }
}
