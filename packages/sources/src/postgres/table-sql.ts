import { maxDocumentBytes } from '@winnow/core';
import type { PostgresSettings } from './postgres-address.ts';
import type { TableLayout } from './table-layout.ts';

/** A row as JSON has its names in it, and escapes what is not plain. */
const maxRowBytes = 2 * maxDocumentBytes;

/**
 * All that is asked of the server. What somebody has named stands in it as a quoted identifier or as a parameter, never
 * as SQL.
 */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table itself, wherever the user's `search_path` leads. */
export function relationOf({ schema, table }: Pick<PostgresSettings, 'schema' | 'table'>): string {
  return `${quoted(schema)}.${quoted(table)}`;
}

/** One snapshot, in which values are written the same whoever asks; nothing can be changed, also not by a view. */
export function beginSql(timeoutMs: number): string {
  return `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = ${timeoutMs};
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'iso_8601';
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`;
}

/** Of the relation in `$1`. */
export const columnsSql = `SELECT attname::text AS name FROM pg_catalog.pg_attribute
  WHERE attrelid = $1::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;

/** Id, version and bytes of text of all rows, in the order of ids; behind the id in `$1` where there is one. */
export function listSql(relation: string, layout: TableLayout, isBehind: boolean): string {
  const id = column(layout.id);
  const which = isBehind ? `${id} > $1` : `${id} IS NOT NULL`;
  return `${rowsSql(relation, layout)} WHERE ${which} ORDER BY ${id}`;
}

/** The same of any row, without sorting them. */
export function anySql(relation: string, layout: TableLayout): string {
  return `${rowsSql(relation, layout)} LIMIT 1`;
}

function rowsSql(relation: string, layout: TableLayout): string {
  return `SELECT ${column(layout.id)}::text AS id, ${versionOf(layout)} AS version, ${bytesOf(layout.text)} AS bytes
    FROM ${relation} AS t`;
}

/** Whether there are rows without an id. */
export function strayRowsSql(relation: string, layout: TableLayout): string {
  return `SELECT FROM ${relation} AS t WHERE ${column(layout.id)} IS NULL LIMIT 1`;
}

/** The row of the id in `$1` and `$2`, as JSON where it is not too large; two of them where the id is not unique. */
export function readSql(relation: string, layout: TableLayout): string {
  return `SELECT version, octet_length(content)::bigint AS bytes,
      CASE WHEN octet_length(content) <= ${maxRowBytes} THEN content END AS content
    FROM (SELECT ${versionOf(layout)} AS version, ${rowOf(layout.used)} AS content
      FROM ${relation} AS t WHERE ${hasId(layout)} LIMIT 2) AS found`;
}

/** Whether there is a row of the id in `$1` and `$2`. */
export function existsSql(relation: string, layout: TableLayout): string {
  return `SELECT FROM ${relation} AS t WHERE ${hasId(layout)} LIMIT 1`;
}

/** By the index, which compares values; then as it is written, since `1.0` and `1` are equal and two documents. */
function hasId({ id }: TableLayout): string {
  return `${column(id)} = $1 AND ${column(id)}::text = $2`;
}

/** The server makes it, so that a row that is unchanged is not sent. */
function versionOf({ updated, used }: TableLayout): string {
  const hash = `md5(${rowOf(used)})`;
  return updated === null ? hash : `coalesce(${column(updated)}::text, ${hash})`;
}

function rowOf(columns: readonly string[]): string {
  return `(SELECT row_to_json(r) FROM (SELECT ${columns.map(column).join(', ')}) AS r)::text`;
}

function bytesOf(columns: readonly string[]): string {
  return columns.map((name) => `coalesce(octet_length(${column(name)}::text), 0)::bigint`).join(' + ');
}

function column(name: string): string {
  return `t.${quoted(name)}`;
}
