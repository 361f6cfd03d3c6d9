import { type Position, type RecordBytes, splitLines } from './split-lines.ts';

/** Longest row that quotes may hold together; also how far a quote without an end is looked after. */
const maxRowBytes = 8 * 1024 * 1024;

const quote = 0x22;

/**
 * Rows of CSV: a line, or several where quotes hold them together. A quote that never ends, or that ends
 * somewhere among later rows, costs its own line only: the lines after it are looked at again. Only where those
 * are no rows either, the file was cut off within the quotes, and what is left is one row that has not ended.
 * @param delimiter one ASCII byte.
 * @param isRow whether these bytes have the shape of a row; decides whether lines held together really belong.
 * @param start where the chunks begin in the file.
 */
export async function* splitRows(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: number,
  isRow: (bytes: Uint8Array) => boolean,
  maxBytes: number,
  start?: Position,
): AsyncGenerator<RecordBytes> {
  const lines = splitLines(chunks, maxBytes, start);
  const held = createQueue<RecordBytes>();
  let ended = false;
  const lineAt = async (index: number): Promise<RecordBytes | undefined> => {
    const line = held.at(index);
    if (line !== undefined || ended) return line;
    const result = await lines.next();
    if (result.done !== true) held.push(result.value);
    else ended = true;
    return held.at(index);
  };
  try {
    while (true) {
      let count = 0;
      let bytes = 0;
      let open = false;
      do {
        const line = await lineAt(count);
        if (line === undefined) break;
        count += 1;
        bytes += line.length;
        open = line.bytes !== null && endsInQuotes(line.bytes, delimiter, open);
      } while (open && bytes <= maxRowBytes);
      const first = held.at(0);
      if (first === undefined) return;
      const row = rowOf(held.first(count), open, open && held.at(count) === undefined && ended, isRow);
      held.drop(row === null ? 1 : count);
      yield row ?? first;
    }
  } finally {
    await lines.return(undefined);
  }
}

interface Queue<Item> {
  at(index: number): Item | undefined;
  first(count: number): readonly Item[];
  push(item: Item): void;
  drop(count: number): void;
}

/** Dropping is cheap however many wait: the array is cut only when half of it is gone. */
function createQueue<Item>(): Queue<Item> {
  let items: Item[] = [];
  let head = 0;
  return {
    at: (index) => items[head + index],
    first: (count) => items.slice(head, head + count),
    push: (item) => {
      items.push(item);
    },
    drop: (count) => {
      head += count;
      if (head * 2 < items.length) return;
      items = items.slice(head);
      head = 0;
    },
  };
}

/** Whether a quoted field is still open at the end of a line. A quote counts at the beginning of a field only. */
function endsInQuotes(line: Uint8Array, delimiter: number, openBefore: boolean): boolean {
  let open = openBefore;
  let atStart = !openBefore;
  for (let index = 0; index < line.length; index += 1) {
    const byte = line[index];
    if (open) {
      if (byte === quote && line[index + 1] === quote) index += 1;
      else if (byte === quote) open = false;
    } else if (byte === quote && atStart) open = true;
    else atStart = byte === delimiter;
  }
  return open;
}

/** Line breaks between the lines come back as `\n`. */
function joined(lines: readonly RecordBytes[]): RecordBytes | null {
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return null;
  if (lines.length === 1) return first;
  const parts: Uint8Array[] = [];
  for (const { bytes } of lines) {
    if (bytes === null) return null;
    if (parts.length > 0) parts.push(Buffer.of(0x0a));
    parts.push(bytes);
  }
  return { ...first, length: last.offset + last.length - first.offset, bytes: Buffer.concat(parts) };
}
