/** Where a line begins in a file. */
export interface Position {
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

/** A record's bytes and where they stand. */
export interface RecordBytes extends Position {
  /** Bytes without the line break at the end. */
  readonly length: number;
  /** Null where the record is longer than allowed: then it was skipped, not kept. */
  readonly bytes: Uint8Array | null;
  /** Where the next record begins. */
  readonly behind: Position;
  /** False where the file ends first: without a line break, or within quotes. */
  readonly isEnded: boolean;
}

const lineFeed = 0x0a;

/**
 * Lines as `\n` or `\r\n` end them; memory is bounded by the longest line allowed.
 * @param start where the chunks begin in the file.
 * @param blank whether lines of white space alone are given, of which a packed file may have millions.
 */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  start: Position = { offset: 0, line: 1 },
  blank: 'given' | 'skipped' = 'given',
): AsyncGenerator<RecordBytes> {
  let { offset, line } = start;
  let length = 0;
  let parts: Uint8Array[] = [];
  const finish = (isEnded: boolean): RecordBytes => {
    const bytes =
      length > maxBytes ? null : withoutReturn(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    // What is appended to a file that ended without a line break goes on in the same line.
    const behind = isEnded
      ? { offset: offset + length + 1, line: line + 1 }
      : { offset: offset + length, line };
    const record = { offset, line, length: bytes?.length ?? length, bytes, behind, isEnded };
    ({ offset, line } = behind);
    length = 0;
    parts = [];
    return record;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, end));
      if (blank === 'skipped' && length <= maxBytes && isBlank(parts, length)) skip();
      else yield finish(true);
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield finish(false);

  function skip(): void {
    offset += length + 1;
    line += 1;
    length = 0;
    parts = [];
  }

  function take(part: Uint8Array): void {
    length += part.length;
    if (length > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  }
}

/** Longer lines are looked at by who reads them. */
const maxBlankBytes = 64;

function isBlank(parts: readonly Uint8Array[], length: number): boolean {
  return length <= maxBlankBytes && parts.every((part) => part.every((byte) => byte <= 0x20));
}

function withoutReturn(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) return new Uint8Array();
  return bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
}
