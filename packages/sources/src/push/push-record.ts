import {
  type ContentChange,
  type DocumentId,
  issueWords,
  maxDocumentBytes,
  type NewContent,
  problemsOf,
  type RecordFields,
} from '@winnow/core';
import { z } from 'zod';
import { type JsonObject, parseObject, recordOfObject, valueAt } from '../records/jsonl-format.ts';
import { splitLines } from '../records/split-lines.ts';

/** What is said of a pushed document besides what it is; every other field belongs to the document. */
const controls = z.object({
  _version: z.int().min(0).nullable().default(null),
  _key: z.string().min(1).max(128).nullable().default(null),
  _delete: z.boolean().default(false),
  _type: z.string().min(1).max(128).nullable().default(null),
  _content: z.base64().nullable().default(null),
});

const maxIdLength = 1_024;
/** A document of the largest size, in base64, with as much again as its metadata may take. */
const maxLineBytes = Math.ceil((maxDocumentBytes * 4) / 3) + 1024 * 1024;

type PushRecord =
  | { readonly kind: 'change'; readonly change: ContentChange }
  | { readonly kind: 'malformed'; readonly documentId: string | null; readonly message: string };

/** A line of many, by its number from 1. */
export type PushLine = PushRecord & { readonly line: number };

/** The limit of ids of documents. @returns what is wrong with one; null where nothing is. */
export function problemOfId(id: string): string | null {
  if (id.length >= 1 && id.length <= maxIdLength && id.isWellFormed()) return null;
  return `ids of documents have 1 to ${maxIdLength} characters`;
}

/**
 * JSON lines as changes, in order, as they come; memory is bounded by the longest line allowed.
 * @param fields that the source names otherwise.
 */
export async function* readPushLines(
  chunks: AsyncIterable<Uint8Array>,
  fields: RecordFields = {},
): AsyncGenerator<PushLine> {
  for await (const { line, bytes } of splitLines(chunks, maxLineBytes)) {
    if (bytes === null) {
      const message = `the line is longer than ${maxLineBytes} bytes`;
      yield { kind: 'malformed', documentId: null, message, line };
      continue;
    }
    const text = decoded(bytes);
    const read = text === null ? notUtf8 : parseObject(text);
    if (read.kind === 'empty') continue;
    if (read.kind === 'object') yield { ...pushRecordOf(read.value, null, fields), line };
    else yield { kind: 'malformed', documentId: null, message: read.message, line };
  }
}

/**
 * An object as a change: a record as in a JSONL file, with `_version`, `_key` (for tries of one request), `_delete`,
 * and instead of a text `_content` (base64) with its media type `_type`.
 * @param documentId the id that the document has anyway; null: the object names it.
 * @param fields that the source names otherwise.
 */
export function pushRecordOf(
  value: JsonObject,
  documentId: string | null = null,
  fields: RecordFields = {},
): PushRecord {
  const named = documentId ?? idOf(value, fields);
  const malformed = (message: string) => ({ kind: 'malformed', documentId: named, message }) as const;
  if (named === null)
    return malformed(`it has no id: ${fields.id ?? '_id or id'} must be a string or a number`);
  const problem = problemOfId(named);
  if (problem !== null) return malformed(problem);
  const parsed = controls.safeParse(value, { error: issueWords });
  if (!parsed.success) return malformed(problemsOf(parsed.error, value, 'the record'));
  const { _version: version, _key: idempotencyKey, _delete: isDelete, ...given } = parsed.data;
  const common = { documentId: named as DocumentId, version, idempotencyKey };
  if (isDelete) return { kind: 'change', change: { ...common, content: null } };
  const content = contentOf({ ...value, [fields.id ?? '_id']: named }, given, fields);
  return typeof content === 'string'
    ? malformed(content)
    : { kind: 'change', change: { ...common, content } };
}

/** @returns what is wrong with it where it is no document. */
function contentOf(
  value: JsonObject,
  { _type: type, _content: base64 }: Pick<z.output<typeof controls>, '_type' | '_content'>,
  fields: RecordFields,
): NewContent | string {
  const own = Object.entries(value).filter(([name]) => !(name in controls.shape));
  const { text: _, ...besidesText } = fields;
  // A document of bytes needs no text; whatever else it has is read alike.
  const record =
    base64 === null
      ? recordOfObject(Object.fromEntries(own), fields)
      : recordOfObject(Object.fromEntries([...own, ['text', '']]), besidesText);
  if (record.kind === 'malformed') return record.message;
  const { title, text: said, metadata } = record.record;
  const content = base64 === null ? Buffer.from(said) : Buffer.from(base64, 'base64');
  if (content.byteLength > maxDocumentBytes) {
    return `it has ${content.byteLength} bytes; the limit is ${maxDocumentBytes}`;
  }
  return { content, mediaType: type ?? (base64 === null ? 'text/plain' : null), title, metadata };
}

function idOf(value: JsonObject, fields: RecordFields): string | null {
  const found = fields.id === undefined ? (value._id ?? value.id) : valueAt(value, fields.id);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
}

const notUtf8 = { kind: 'malformed', message: 'the line is not UTF-8' } as const;

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
