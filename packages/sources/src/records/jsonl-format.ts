import { maxDocumentBytes, metadataOf } from '@winnow/core';
import type { ParsedRecord, RecordFormat } from './record.ts';
import { splitLines } from './split-lines.ts';

const idFields = ['_id', 'id'] as const;
const textFields = ['text', 'content', 'contents', 'body'] as const;
const ownFields = new Set<string>([...idFields, ...textFields, 'title', 'metadata']);

/**
 * One JSON object a line, as in BEIR's `corpus.jsonl`: `_id` or `id`, `title`, `text` (or `content`,
 * `contents`, `body`), `metadata`. Other fields with simple values are metadata too; where both name a key,
 * `metadata` wins.
 */
export const jsonlFormat: RecordFormat = {
  encoding: 'unicode',
  async open() {
    return {
      split: (chunks, start) => splitLines(chunks, maxDocumentBytes, start, 'skipped'),
      parse: parseJsonRecord,
    };
  },
};

function parseJsonRecord(line: string): ParsedRecord {
  const read = parseObject(line);
  return read.kind === 'object' ? recordOfObject(read.value) : read;
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
export function recordOfObject(value: JsonObject): Exclude<ParsedRecord, { kind: 'empty' }> {
  const id =
    idFields.map((field) => value[field]).find((found) => found !== undefined && found !== null) ?? null;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') {
    return malformed('its id is neither a string nor a number');
  }
  const text = textFields.map((field) => value[field]).find((found) => typeof found === 'string');
  if (typeof text !== 'string')
    return malformed(`it has no text: one of ${textFields.join(', ')} must be a string`);
  const others = Object.entries(value).filter(([key]) => !ownFields.has(key));
  const own = isObject(value.metadata) ? Object.entries(value.metadata) : [];
  const title = typeof value.title === 'string' && value.title.trim() !== '' ? value.title.trim() : null;
  return {
    kind: 'record',
    record: {
      id: id === null ? null : String(id),
      title,
      text,
      metadata: metadataOf([...own, ...others.filter(([key]) => !own.some(([taken]) => taken === key))]),
    },
  };
}

function malformed(message: string): Extract<ParsedRecord, { kind: 'malformed' }> {
  return { kind: 'malformed', message, mayBeCut: false };
}

export type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
