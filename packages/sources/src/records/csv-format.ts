import { AppError, allFields, maxDocumentBytes, metadataOf, type RecordFields } from '@winnow/core';
import { parse } from 'csv-parse/sync';
import type { ParsedRecord, RecordFormat, RecordReader } from './record.ts';
import type { RecordBytes } from './split-lines.ts';
import { splitRows } from './split-rows.ts';
import { timeAndAccess, withoutMapped } from './time-and-access.ts';

const delimiters = [',', ';', '\t'] as const;
const idColumns = ['_id', 'id'];
const textColumns = ['text', 'content', 'contents', 'body'];

/**
 * Comma-, semicolon- or tab-separated rows under a header. Columns `id` (or `_id`), `title` and `text` (or
 * `content`, `contents`, `body`) are what they say; without a text column, the text is every other column as
 * `column: value` lines. All other columns are metadata, numbers as numbers.
 * @param fields columns that are named otherwise, in any case. With any said, even none, a table must have a text column.
 */
export function csvFormat(fields?: RecordFields): RecordFormat {
  return {
    encoding: 'any',
    async open(chunks) {
      for await (const line of splitRows(chunks, delimiters[0].charCodeAt(0), () => true, maxDocumentBytes)) {
        if (line.bytes === null) break;
        const header = decode(line.bytes);
        if (header.trim() !== '') return createReader(header, delimiterOf(header), fields);
      }
      throw new AppError('failed_precondition', 'the CSV file holds no documents: it has no header row', {
        part: 'source',
      });
    },
  };
}

function createReader(header: string, delimiter: string, fields: RecordFields | undefined): RecordReader {
  const columns = (fieldsOf(header, delimiter, 'lenient') ?? [header]).map(
    (name, at) => name.trim() || `column ${at + 1}`,
  );
  const places = placesOf(columns, fields);
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
      const values = fieldsOf(row, delimiter, 'lenient');
      if (values?.every((value) => value.trim() === '') === true) return { kind: 'empty' };
      if (values !== null && hasRightShape(values)) return recordOf(columns, places, values, fields);
      const found = values === null ? 'a quote that does not end' : `${values.length} fields`;
      const isCut = values === null || values.length < columns.length;
      return {
        kind: 'malformed',
        message: `the row has ${found}; the header has ${columns.length} columns`,
        mayBeCut: isCut,
      };
    },
  };
}

/** By their numbers; -1: there is none. */
interface Places {
  readonly id: number;
  readonly title: number;
  /** None: all that are not named otherwise. */
  readonly text: readonly number[];
  /** null: all that are not named otherwise. */
  readonly metadata: ReadonlySet<number> | null;
  readonly time: number;
  readonly access: number;
}

/** @throws AppError `failed_precondition` that says which columns there are, if one that is wanted is not among them. */
function placesOf(columns: readonly string[], fields: RecordFields | undefined): Places {
  const names = columns.map((name) => name.toLowerCase());
  const first = (wanted: readonly string[]): number =>
    names.indexOf(wanted.find((name) => names.includes(name)) ?? '');
  const named = (name: string): number => {
    const at = names.indexOf(name.toLowerCase());
    if (at !== -1) return at;
    throw missing(`the CSV file has no column ${name}`, columns);
  };
  const id = fields?.id === undefined ? first(idColumns) : named(fields.id);
  const title = fields?.title === undefined ? first(['title']) : named(fields.title);
  const metadata = fields?.metadata === undefined ? null : new Set(fields.metadata.map(named));
  const time = fields?.time === undefined ? -1 : named(fields.time);
  const access = fields?.access === undefined ? -1 : named(fields.access);
  const known = { id, title, metadata, time, access };
  if (fields?.text !== undefined) {
    return { ...known, text: fields.text.includes(allFields) ? [] : fields.text.map(named) };
  }
  const text = first(textColumns);
  if (text === -1 && fields !== undefined) {
    throw missing(
      `the CSV file has no column ${textColumns.join(', ')}: say which one is the text, with --text-field NAME (* for all of them)`,
      columns,
    );
  }
  return { ...known, text: text === -1 ? [] : [text] };
}

function missing(problem: string, columns: readonly string[]): AppError {
  const shown = columns.slice(0, 32).map((name) => name.slice(0, 64));
  const rest = columns.length > shown.length ? ` and ${columns.length - shown.length} more` : '';
  return new AppError('failed_precondition', `${problem}; it has ${shown.join(', ')}${rest}`, {
    part: 'source',
  });
}

function recordOf(
  columns: readonly string[],
  places: Places,
  fields: readonly string[],
  named: RecordFields = {},
): ParsedRecord {
  const taken = new Set([places.id, places.title, ...places.text]);
  const values = columns.map((name, at) => ({ name, at, value: fields[at]?.trim() ?? '' }));
  const others = values.filter(({ at, value }) => !taken.has(at) && value !== '');
  const { metadata } = places;
  const kept =
    metadata === null ? others : values.filter(({ at, value }) => metadata.has(at) && value !== '');
  const mapped = timeAndAccess(named, (name) =>
    name === named.time ? numberOrText(fields[places.time]?.trim() ?? '') : fields[places.access],
  );
  if ('message' in mapped) return { kind: 'malformed', message: mapped.message, mayBeCut: false };
  const own = kept.map(({ name, value }) => [name, numberOrText(value)] as const);
  return {
    kind: 'record',
    record: {
      id: fields[places.id]?.trim() || null,
      title: fields[places.title]?.trim() || null,
      text: textOf(places.text, fields, others),
      metadata: metadataOf([...mapped.metadata, ...withoutMapped(own, named)]),
    },
  };
}

function textOf(
  places: readonly number[],
  fields: readonly string[],
  others: readonly { readonly name: string; readonly value: string }[],
): string {
  if (places.length === 0) return others.map(({ name, value }) => `${name}: ${value}`).join('\n');
  const texts = places.map((at) => fields[at] ?? '');
  return places.length === 1 ? (texts[0] ?? '') : texts.filter((text) => text.trim() !== '').join('\n\n');
}

const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** What a number of JavaScript keeps of any decimal one. */
const mostDigits = 15;

/**
 * `12.50` is a number as `12.5` is: of a column in which some were text, a range would find but half. Not `007`, an account
 * of 20 digits, or `1,200`, which is two numbers to different readers.
 */
function numberOrText(value: string): string | number {
  return plainNumber.test(value) && value.replace(/\D/g, '').length <= mostDigits ? Number(value) : value;
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
