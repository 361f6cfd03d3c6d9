import {
  AppError,
  type DocumentId,
  maxDocumentBytes,
  type RawDocument,
  type ScanEvent,
  type Sha256,
  type Source,
  sha256,
} from '@winnow/core';
import { recordOfObject } from '../records/jsonl-format.ts';
import type { PostgresSettings } from './postgres-address.ts';
import { isOtherType, rowError, tableError } from './postgres-errors.ts';
import { createSessions, type OpenSession, type Row, type Session } from './postgres-session.ts';
import { layoutOf, type TableLayout } from './table-layout.ts';
import { anySql, columnsSql, existsSql, listSql, readSql, relationOf, strayRowsSql } from './table-sql.ts';

/** Of the statement that lists: without an index on the ids, the server has to sort all rows first. */
const listTimeoutMs = 600_000;
const readTimeoutMs = 30_000;
const defaultRowsPerPage = 1_000;

/** Opens the table that settings describe. */
export type OpenTable = (settings: PostgresSettings) => Source;

/** Opens tables; those of one database share its connections. */
export function createTables({ rowsPerPage = defaultRowsPerPage } = {}): OpenTable {
  const databases = new Map<string, OpenSession>();
  return (settings) => {
    const { host, port, database } = settings;
    const key = JSON.stringify([host, port, database]);
    const open = databases.get(key) ?? createSessions({ host, port, database });
    databases.set(key, open);
    return createPostgresSource(settings, open, rowsPerPage);
  };
}

/**
 * The rows of a table or view, a document each. The server lists ids and versions, from one snapshot, a page at a time:
 * what is unchanged is not sent, and memory does not grow with the table. A page that cannot be had ends the scan,
 * which goes on behind the last id, and says nothing about what is gone.
 */
function createPostgresSource(settings: PostgresSettings, open: OpenSession, rowsPerPage: number): Source {
  const { schema, table, database, fields } = settings;
  const name = `table ${schema}.${table} of database ${database}`;
  const relation = relationOf(settings);
  const layoutFor = async (session: Session) => {
    const columns = await session.query(columnsSql, [relation]);
    return layoutOf(
      name,
      columns.flatMap(({ name: column }) => column ?? []),
      fields,
    );
  };
  const ask = async <Result>(
    signal: AbortSignal,
    work: (session: Session, layout: TableLayout) => Promise<Result>,
  ): Promise<Result> => {
    const session = await open({ timeoutMs: readTimeoutMs, signal });
    try {
      return await work(session, await layoutFor(session));
    } finally {
      await session.close();
    }
  };

  async function* rowsOf(session: Session): AsyncGenerator<Row> {
    for (;;) {
      const rows = await session.query(`FETCH ${rowsPerPage} FROM winnow_list`);
      yield* rows;
      if (rows.length < rowsPerPage) return;
    }
  }

  async function* list(after: string | null, session: Session): AsyncGenerator<ScanEvent> {
    const layout = await layoutFor(session);
    const sql = listSql(relation, layout, after !== null);
    await session.query(`DECLARE winnow_list NO SCROLL CURSOR FOR ${sql}`, after === null ? [] : [after]);
    let isEmpty = after === null;
    for await (const rows of sameIds(rowsOf(session))) {
      isEmpty = false;
      yield eventOf(rows, layout);
    }
    if ((await session.query(strayRowsSql(relation, layout))).length > 0) {
      yield { kind: 'uncovered', prefix: '', reason: `${name} has rows without ${layout.id}` };
    }
    if (isEmpty) {
      throw new AppError('failed_precondition', `${name} holds no documents`, { part: 'source' });
    }
  }

  return {
    async *scan({ after, signal }) {
      let session: Session | null = null;
      try {
        session = await open({ timeoutMs: listTimeoutMs, signal });
        yield* list(after, session);
      } catch (thrown) {
        signal.throwIfAborted();
        throw tableError(name, thrown);
      } finally {
        await session?.close();
      }
    },

    async read(documentId, _location, signal) {
      try {
        return await ask(signal, async (session, layout) => {
          const rows = await session.query(readSql(relation, layout), [documentId, documentId]);
          return documentOf(documentId, rows, layout);
        });
      } catch (thrown) {
        signal.throwIfAborted();
        if (isOtherType(thrown)) throw notThere(documentId);
        throw rowError(name, thrown);
      }
    },

    async isGone(documentId, _location, signal) {
      try {
        return await ask(signal, async (session, layout) => {
          const found = await session.query(existsSql(relation, layout), [documentId, documentId]);
          return found.length === 0;
        });
      } catch (thrown) {
        signal.throwIfAborted();
        return isOtherType(thrown);
      }
    },

    async check(signal) {
      try {
        await ask(signal, (session, layout) => session.query(anySql(relation, layout)));
      } catch (thrown) {
        signal.throwIfAborted();
        throw tableError(name, thrown);
      }
    },
  };
}

/** Rows that follow each other and have the same id, together; not more than two of them. */
async function* sameIds(rows: AsyncIterable<Row>): AsyncGenerator<readonly [Row, ...Row[]]> {
  let same: readonly [Row, ...Row[]] | null = null;
  for await (const row of rows) {
    if (same !== null && same[0].id === row.id) {
      same = [same[0], row];
      continue;
    }
    if (same !== null) yield same;
    same = [row];
  }
  if (same !== null) yield same;
}

function eventOf([row, ...more]: readonly [Row, ...Row[]], layout: TableLayout): ScanEvent {
  const id = row.id ?? '';
  const bytes = Number(row.bytes);
  const documentId = id as DocumentId;
  const unreadable = (code: 'duplicate_id' | 'empty' | 'too_large', message: string): ScanEvent => ({
    kind: 'unreadable',
    documentId,
    reason: { code, message },
    cursor: id,
  });
  if (more.length > 0) return unreadable('duplicate_id', `several rows have this ${layout.id}`);
  if (bytes === 0) return unreadable('empty', 'there is no text in it');
  if (bytes > maxDocumentBytes) return unreadable('too_large', tooLarge(bytes));
  const contentHash = versionOf(row, layout);
  return { kind: 'document', documentId, location: {}, contentHash, bytes, cursor: id };
}

/** The same row is another document where other columns are taken of it. */
function versionOf({ version }: Row, { record, used }: TableLayout): Sha256 {
  return sha256(JSON.stringify(['postgres', record.title, record.text, record.metadata ?? used, version]));
}

function documentOf(documentId: DocumentId, rows: readonly Row[], layout: TableLayout): RawDocument {
  const [row, ...more] = rows;
  if (row === undefined) throw notThere(documentId);
  if (more.length > 0) throw unfit(`several rows have this ${layout.id}`);
  if (row.content === null || row.content === undefined) throw unfit(tooLarge(Number(row.bytes)));
  const parsed = recordOfObject({ ...JSON.parse(row.content), [layout.id]: documentId }, layout.record);
  const contentHash = versionOf(row, layout);
  // Without text there is only an id: it goes the way of an empty file.
  const { text, title, metadata } =
    parsed.kind === 'record' ? parsed.record : { text: '', title: null, metadata: {} };
  const content = Buffer.from(text);
  if (content.byteLength > maxDocumentBytes) throw unfit(tooLarge(content.byteLength));
  return { documentId, content, mediaType: 'text/plain', title, metadata, contentHash };
}

function notThere(documentId: DocumentId): AppError {
  return new AppError('not_found', `there is no row ${documentId.slice(0, 200)}`);
}

function unfit(message: string): AppError {
  return new AppError('failed_precondition', message);
}

function tooLarge(bytes: number): string {
  return `it has ${bytes} bytes; the limit is ${maxDocumentBytes}`;
}
