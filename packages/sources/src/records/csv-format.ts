import { AppError, maxDocumentBytes, metadataOf } from '@winnow/core';
import { parse } from 'csv-parse/sync';
import type { ParsedRecord, RecordFormat, RecordReader } from './record.ts';
import type { RecordBytes } from './split-lines.ts';
import { splitRows } from './split-rows.ts';

const delimiters = [',', ';', '\t'] as const;
const idColumns = ['_id', 'id'];
const textColumns = ['text', 'content', 'contents', 'body'];

/**
 * Comma-, semicolon- or tab-separated rows under a header. Columns `id` (or `_id`), `title` and `text` (or
 * `content`, `contents`, `body`) are what they say; without a text column, the text is every other column as
 * `column: value` lines. All other columns are metadata, numbers as numbers.
 */
export const csvFormat: RecordFormat = {
  encoding: 'any',
  async open(chunks) {
    for await (const line of splitRows(chunks, delimiters[0].charCodeAt(0), () => true, maxDocumentBytes)) {
      if (line.bytes === null) break;
      const header = decode(line.bytes);
      if (header.trim() !== '') return createReader(header, delimiterOf(header));
    }
    throw new AppError('failed_precondition', 'the CSV file holds no documents: it has no header row', {
      part: 'source',
    });
  },
};

function createReader(header: string, delimiter: string): RecordReader {
  const columns = (fieldsOf(header, delimiter, 'lenient') ?? [header]).map(
    (name, at) => name.trim() || `column ${at + 1}`,
  );
  const places = placesOf(columns);
  // Lines held together by quotes that only a lenient reading accepts were not meant to be one row.
  const isRow = (bytes: Uint8Array): boolean => {
    const fields = fieldsOf(decode(bytes), delimiter, 'strict');
    return fields !== null && hasRightShape(fields);
  };
  const hasRightShape = (fields: readonly string[]): boolean =>
    fields.length >= columns.length && fields.slice(columns.length).every((field) => field === '');

  return {
    async *split(chunks, start): AsyncGenerator<RecordBytes> {
      let atHeader = start.offset === 0;
      for await (const row of splitRows(chunks, delimiter.charCodeAt(0), isRow, maxDocumentBytes, start)) {
        if (!atHeader) yield row;
        else if (row.bytes !== null && decode(row.bytes).trim() !== '') atHeader = false;
      }
    },
    parse(row) {
      const fields = fieldsOf(row, delimiter, 'lenient');
      if (fields?.every((field) => field.trim() === '') === true) return { kind: 'empty' };
      if (fields !== null && hasRightShape(fields)) return recordOf(columns, places, fields);
      const found = fields === null ? 'a quote that does not end' : `${fields.length} fields`;
      const isCut = fields === null || fields.length < columns.length;
      return {
        kind: 'malformed',
        message: `the row has ${found}; the header has ${columns.length} columns`,
        mayBeCut: isCut,
      };
    },
  };
}

interface Places {
  readonly id: number;
  readonly title: number;
  readonly text: number;
}

function placesOf(columns: readonly string[]): Places {
  const names = columns.map((name) => name.toLowerCase());
  const first = (wanted: readonly string[]): number =>
    names.indexOf(wanted.find((name) => names.includes(name)) ?? '');
  return { id: first(idColumns), title: first(['title']), text: first(textColumns) };
}

function recordOf(columns: readonly string[], places: Places, fields: readonly string[]): ParsedRecord {
  const others = columns
    .map((name, at) => ({ name, at, value: fields[at]?.trim() ?? '' }))
    .filter(({ at, value }) => at !== places.id && at !== places.title && at !== places.text && value !== '');
  const lines = others.map(({ name, value }) => `${name}: ${value}`);
  return {
    kind: 'record',
    record: {
      id: fields[places.id]?.trim() || null,
      title: fields[places.title]?.trim() || null,
      text: places.text === -1 ? lines.join('\n') : (fields[places.text] ?? ''),
      metadata: metadataOf(others.map(({ name, value }) => [name, numberOrText(value)])),
    },
  };
}

/** A number only where nothing is lost by it: not `007`, not an account of 20 digits. */
function numberOrText(value: string): string | number {
  const number = Number(value);
  return String(number) === value && Number.isFinite(number) ? number : value;
}

/** The sign that splits the header into the most columns; a comma where there is none. */
function delimiterOf(header: string): string {
  let best: { delimiter: string; columns: number } = { delimiter: ',', columns: 1 };
  for (const delimiter of delimiters) {
    const columns = fieldsOf(header, delimiter, 'lenient')?.length ?? 0;
    if (columns > best.columns) best = { delimiter, columns };
  }
  return best.delimiter;
}

/** Null where a quote does not end or, if strict, begins or ends within a field. */
function fieldsOf(row: string, delimiter: string, quotes: 'strict' | 'lenient'): readonly string[] | null {
  if (!row.includes('"')) return row.split(delimiter);
  try {
    const [fields]: string[][] = parse(row, {
      delimiter,
      relax_quotes: quotes === 'lenient',
      record_delimiter: '\n',
    });
    return fields ?? [];
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
