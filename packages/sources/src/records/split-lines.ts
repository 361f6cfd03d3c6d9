/** A record's bytes and where they stand. */
export interface RecordBytes {
  /** Of the first byte, from the beginning of the file. */
  readonly offset: number;
  /** Bytes without the line break at the end. */
  readonly length: number;
  /** Of the first line, from 1. */
  readonly line: number;
  /** Null where the record is longer than allowed: then it was skipped, not kept. */
  readonly bytes: Uint8Array | null;
}

const lineFeed = 0x0a;

/** Lines as `\n` or `\r\n` end them, empty ones too; memory is bounded by the longest line allowed. */
export async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<RecordBytes> {
  let offset = 0;
  let length = 0;
  let line = 1;
  let parts: Uint8Array[] = [];
  const finish = (): RecordBytes => {
    const bytes =
      length > maxBytes ? null : withoutReturn(parts.length === 1 ? parts[0] : Buffer.concat(parts));
    const record = { offset, length: bytes?.length ?? length, line, bytes };
    offset += length + 1;
    line += 1;
    length = 0;
    parts = [];
    return record;
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      take(chunk.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield finish();

  function take(part: Uint8Array): void {
    length += part.length;
    if (length > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  }
}

function withoutReturn(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) return new Uint8Array();
  return bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
}
