import { createReadStream } from 'node:fs';
import { AppError, parseJson } from '@winnow/core';

/** A longer line is not one of a plan file. */
const maxLineBytes = 4 * 1024 * 1024;

const lineFeed = 0x0a;

/**
 * The JSON values of a file, one a line, as a stream. A last line without a line break counts as cut off.
 * @throws AppError `not_found` where there is no file; `invalid_argument` for a line that is no JSON, too long or cut
 * off; otherwise as reading fails.
 */
export async function* planFileLines(path: string): AsyncGenerator<unknown> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const block of blocks(path)) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let start = 0;
    for (let end = rest.indexOf(lineFeed); end >= 0; end = rest.indexOf(lineFeed, start)) {
      yield parse(path, rest.subarray(start, end));
      start = end + 1;
    }
    rest = rest.subarray(start);
    if (rest.length > maxLineBytes) throw new AppError('invalid_argument', `${path} is no plan file`);
  }
  if (rest.length > 0) throw new AppError('invalid_argument', `${path} is cut off: make a new plan`);
}

async function* blocks(path: string): AsyncGenerator<Buffer> {
  try {
    for await (const block of createReadStream(path)) yield block as Buffer;
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    throw new AppError(code, code === 'not_found' ? `there is no plan file ${path}` : message, {
      cause: thrown,
    });
  }
}

function parse(path: string, line: Buffer): unknown {
  const value = parseJson(line.toString('utf8'));
  if (value !== undefined) return value;
  throw new AppError('invalid_argument', `${path} is no plan file, or is damaged: make a new plan`);
}
