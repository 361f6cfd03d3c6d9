import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError } from '@winnow/core';

const unpack = promisify(gunzip);

/** A line of a file and where it stands, as `path:number`, for messages. */
export interface Line {
  readonly text: string;
  readonly where: string;
}

/**
 * The lines of a UTF-8 file that are not empty; a name that ends in `.gz` is unpacked. The file is read whole:
 * judged collections fit in memory, where their documents end up anyway.
 *
 * @throws AppError `not_found` and the like; `invalid_argument` if it cannot be unpacked.
 */
export async function readLines(path: string, signal?: AbortSignal): Promise<readonly Line[]> {
  return (await readText(path, signal))
    .split('\n')
    .map((text, index) => ({ text: text.trimEnd(), where: `${path}:${index + 1}` }))
    .filter(({ text }) => text !== '');
}

/** As {@link readLines}, in one piece, without a byte order mark. */
export async function readText(path: string, signal?: AbortSignal): Promise<string> {
  try {
    const bytes = await readFile(path, signal === undefined ? {} : { signal });
    const content = path.endsWith('.gz') ? await unpack(bytes) : bytes;
    return content.toString('utf8').replace(/^\uFEFF/, '');
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === 'not_found') {
      throw new AppError('not_found', `there is no file ${path}`, { cause: thrown });
    }
    if (error.code !== 'internal') throw error;
    throw new AppError('invalid_argument', `cannot read ${path}: ${error.message}`, { cause: thrown });
  }
}
