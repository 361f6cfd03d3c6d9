import { allFields, maxDocumentBytes, metadataOf, type RecordFields } from '@winnow/core';
import type { ParsedRecord, RecordFormat } from './record.ts';
import { splitLines } from './split-lines.ts';
import { timeAndAccess, withoutMapped } from './time-and-access.ts';

const idFields = ['_id', 'id'] as const;
const textFields = ['text', 'content', 'contents', 'body'] as const;

/**
 * One JSON object a line, as in BEIR's `corpus.jsonl`: `_id` or `id`, `title`, `text` (or `content`,
 * `contents`, `body`), `metadata`. Other fields with simple values are metadata too; where both name a key,
 * `metadata` wins.
 * @param fields that are named otherwise. A record without the field that is named for its id is malformed.
 */
export function jsonlFormat(fields: RecordFields = {}): RecordFormat {
  return {
    encoding: 'unicode',
    async open() {
      return {
        split: (chunks, start) => splitLines(chunks, maxDocumentBytes, start, 'skipped'),
        parse: (line) => parseJsonRecord(line, fields),
      };
    },
  };
}

function parseJsonRecord(line: string, fields: RecordFields): ParsedRecord {
  const read = parseObject(line);
  return read.kind === 'object' ? recordOfObject(read.value, fields) : read;
}

/** What a line of JSON says, as far as it is an object. */
export function parseObject(
  line: string,
): { readonly kind: 'object'; readonly value: JsonObject } | Exclude<ParsedRecord, { kind: 'record' }> {
  if (line.trim() === '') return { kind: 'empty' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    // V8's message quotes the line; only its kind of trouble may go into a record of failures.
    const isCut = error instanceof SyntaxError && /end of JSON/.test(error.message);
    return { ...malformed(isCut ? 'the JSON is cut off' : 'the line is not JSON'), mayBeCut: true };
  }
  return isObject(value) ? { kind: 'object', value } : malformed('the line is JSON, but not an object');
}

/** An object as a document; see {@link jsonlFormat}. */
export function recordOfObject(
  value: JsonObject,
  fields: RecordFields = {},
): Exclude<ParsedRecord, { kind: 'empty' }> {
  const id = firstOf(value, fields.id === undefined ? idFields : [fields.id]);
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') {
    return malformed('its id is neither a string nor a number');
  }
  if (id === null && fields.id !== undefined) return malformed(`it has no id: ${fields.id} is not there`);
  const text = textOf(value, fields);
  if (text === null) {
    const names = fields.text ?? textFields;
    return malformed(`it has no text: one of ${names.join(', ')} must be a string`);
  }
  const title = valueAt(value, fields.title ?? 'title');
  const mapped = timeAndAccess(fields, (name) => valueAt(value, name));
  if ('message' in mapped) return malformed(mapped.message);
  return {
    kind: 'record',
    record: {
      id: id === null ? null : String(id),
      title: typeof title === 'string' && title.trim() !== '' ? title.trim() : null,
      text,
      metadata: metadataOf([...mapped.metadata, ...withoutMapped(metadataIn(value, fields), fields)]),
    },
  };
}

function textOf(value: JsonObject, fields: RecordFields): string | null {
  if (fields.text === undefined) {
    const found = textFields.map((field) => value[field]).find((each) => typeof each === 'string');
    return typeof found === 'string' ? found : null;
  }
  const lines = fields.text.includes(allFields)
    ? othersIn(value, fields).flatMap(([name, each]) => plainText(each).map((text) => `${name}: ${text}`))
    : fields.text.flatMap((name) => plainText(valueAt(value, name)));
  return lines.length === 0 ? null : lines.join(fields.text.includes(allFields) ? '\n' : '\n\n');
}

/** What can be read of a value; nothing of an object. */
function plainText(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(plainText);
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  return typeof value === 'string' && value.trim() !== '' ? [value] : [];
}

function metadataIn(value: JsonObject, fields: RecordFields): readonly (readonly [string, unknown])[] {
  const own = isObject(value.metadata) ? Object.entries(value.metadata) : [];
  const others = othersIn(value, fields);
  const all = [...own, ...others.filter(([key]) => !own.some(([taken]) => taken === key))];
  if (fields.metadata === undefined) return all;
  const known = new Map(all);
  return fields.metadata.flatMap((name) => {
    const found = known.get(name) ?? valueAt(value, name);
    return found === undefined ? [] : [[name, found] as const];
  });
}

/** What is neither id, title nor text, nor the object of metadata. */
function othersIn(value: JsonObject, fields: RecordFields): readonly (readonly [string, unknown])[] {
  const taken = new Set<string>([
    ...(fields.id === undefined ? idFields : [fields.id]),
    ...(fields.text ?? textFields),
    fields.title ?? 'title',
    'metadata',
  ]);
  return Object.entries(value).filter(([key]) => !taken.has(key));
}

function firstOf(value: JsonObject, names: readonly string[]): unknown {
  return (
    names.map((name) => valueAt(value, name)).find((each) => each !== undefined && each !== null) ?? null
  );
}

/** A field of that name, or one that the name's parts lead to. */
export function valueAt(value: JsonObject, name: string): unknown {
  if (Object.hasOwn(value, name)) return value[name];
  let found: unknown = value;
  for (const part of name.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, part)) return undefined;
    found = found[part];
  }
  return found;
}

function malformed(message: string): Extract<ParsedRecord, { kind: 'malformed' }> {
  return { kind: 'malformed', message, mayBeCut: false };
}

export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
