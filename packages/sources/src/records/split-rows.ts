import { AppError } from '@winnow/core';
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
      let quotes: Quotes = 'closed';
      do {
        const line = await lineAt(count);
        if (line === undefined) {
          quotes = 'cut off';
          break;
        }
        count += 1;
        bytes += line.length;
        quotes = line.bytes !== null && endsInQuotes(line.bytes, delimiter, quotes) ? 'open' : 'closed';
      } while (quotes === 'open' && bytes <= maxRowBytes);
      if (held.at(0) === undefined) return;
      const [row, used] = firstRow(held.first(count), quotes, isRow);
      held.drop(used);
      yield row;
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

/** Of a quoted field that lines hold: it ended with them, has not ended yet, or the file ended first. */
type Quotes = 'closed' | 'open' | 'cut off';

/** The row that lines begin with, and how many of them it takes. */
function firstRow(
  lines: readonly RecordBytes[],
  quotes: Quotes,
  isRow: (bytes: Uint8Array) => boolean,
): [row: RecordBytes, used: number] {
  const [first, ...others] = lines;
  if (first === undefined) throw new AppError('internal', 'a row needs a line');
  if (lines.length === 1) return [quotes === 'cut off' ? { ...first, isEnded: false } : first, 1];
  const all = quotes === 'open' ? null : joined(first, others);
  if (all?.bytes == null) return [first, 1];
  if (quotes === 'closed' && isRow(all.bytes)) return [all, lines.length];
  // The quote that ended it may be one of two that stand for a quote.
  if (quotes === 'closed' && all.isEnded) return [first, 1];
  if (!areRows(others, isRow)) return [{ ...all, isEnded: false }, lines.length];
  // Without a line break at the end it may still be otherwise.
  return [{ ...first, isEnded: all.isEnded }, 1];
}

/** Whether lines look like rows of their own rather than like text; the last one may be cut off. */
function areRows(lines: readonly RecordBytes[], isRow: (bytes: Uint8Array) => boolean): boolean {
  const looksRight = ({ bytes }: RecordBytes): boolean => bytes !== null && isRow(bytes);
  const ended = lines.filter(({ bytes, isEnded }) => isEnded && bytes?.length !== 0);
  return ended.every(looksRight) && lines.some(looksRight);
}

/** Whether a quoted field is still open at the end of a line. A quote counts at the beginning of a field only. */
function endsInQuotes(line: Uint8Array, delimiter: number, before: Quotes): boolean {
  let open = before === 'open';
  let atStart = !open;
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
function joined(first: RecordBytes, others: readonly RecordBytes[]): RecordBytes | null {
  const last = others.at(-1) ?? first;
  const parts: Uint8Array[] = [];
  for (const { bytes } of [first, ...others]) {
    if (bytes === null) return null;
    if (parts.length > 0) parts.push(Buffer.of(0x0a));
    parts.push(bytes);
  }
  const { behind, isEnded } = last;
  const length = last.offset + last.length - first.offset;
  return { ...first, length, bytes: Buffer.concat(parts), behind, isEnded };
}
