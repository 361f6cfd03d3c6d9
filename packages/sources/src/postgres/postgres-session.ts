import type { Pool } from 'pg';
import { beginSql } from './table-sql.ts';

/** Until a connection is there, also until one of ours is free. */
const connectTimeoutMs = 10_000;
/** Beyond the server's own limit of a statement: a server that has gone in silence says nothing. */
const silenceMs = 10_000;
/** Of one process, for one database. */
const maxConnections = 8;
const idleMs = 10_000;

export type Row = Readonly<Record<string, string | null>>;

/** A transaction of its own, which sees one state of the database and changes nothing. */
export interface Session {
  /** @param values of `$1` and on. @throws what the driver throws. */
  query(sql: string, values?: readonly string[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export type OpenSession = (options: {
  /** Of one statement, in milliseconds. */
  readonly timeoutMs: number;
  /** Breaks off what is asked. */
  readonly signal: AbortSignal;
}) => Promise<Session>;

/**
 * Connections to one database, opened when they are needed and closed soon after; none of them keeps the process alive.
 * User, password and TLS come the driver's own way (PGUSER, PGPASSWORD, `~/.pgpass`, PGSSLMODE).
 */
export function createSessions(server: { host: string; port: number; database: string }): OpenSession {
  let opening: Promise<Pool> | null = null;
  return async ({ timeoutMs, signal }) => {
    signal.throwIfAborted();
    opening ??= openPool(server);
    const client = await (await opening).connect();
    let isBroken = false;
    const noticeEnd = () => {
      isBroken = true;
    };
    const stop = () => {
      isBroken = true;
      client.end().catch(noticeEnd);
    };
    // Without a listener, a connection that ends between two statements would end the process.
    client.on('error', noticeEnd);
    signal.addEventListener('abort', stop, { once: true });
    const query = async (text: string, values: readonly string[] = []): Promise<readonly Row[]> => {
      const options = { text, values: [...values], query_timeout: timeoutMs + silenceMs };
      // After an error the transaction is over; whether the connection still answers is not waited for.
      const { rows } = await client.query<Row>(options).catch((error: unknown) => {
        noticeEnd();
        throw error;
      });
      return rows;
    };
    const close = async () => {
      signal.removeEventListener('abort', stop);
      if (!isBroken) await query('ROLLBACK').catch(noticeEnd);
      client.off('error', noticeEnd);
      client.release(isBroken);
    };
    try {
      signal.throwIfAborted();
      await query(beginSql(timeoutMs));
    } catch (error) {
      noticeEnd();
      await close();
      throw error;
    }
    return { query, close };
  };
}

/** Loaded when it is first used: most corpora have no database. */
async function openPool({ host, port, database }: Parameters<typeof createSessions>[0]): Promise<Pool> {
  const { Pool } = await import('pg');
  const pool = new Pool({
    host: host.replace(/^\[|\]$/g, ''),
    port,
    database,
    application_name: 'winnow',
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: idleMs,
    max: maxConnections,
    allowExitOnIdle: true,
  });
  // One that ends while nobody uses it is replaced by the next that is needed.
  pool.on('error', () => {});
  return pool;
}
