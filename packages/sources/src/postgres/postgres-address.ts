import { AppError, type SourceSettings } from '@winnow/core';

export type PostgresSettings = Extract<SourceSettings, { kind: 'postgres' }>;

const defaultPort = 5_432;
const defaultSchema = 'public';
/** Of a name, in bytes: the server cuts off what is longer, and would then read another table. */
const maxNameBytes = 63;

/**
 * `postgres://host:port/database/table`, or `…/database/schema/table`; names are written as in any address (`%20`), and
 * taken as they are, in capitals too.
 * @throws AppError `invalid_argument`, also for an address with a user or password, which it does not repeat.
 */
export function parsePostgresAddress(address: string): PostgresSettings {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && (url.username !== '' || url.password !== '')) {
    throw new AppError(
      'invalid_argument',
      'the address of a database is kept, and must not have a user or password in it: set PGUSER and PGPASSWORD, or write them to ~/.pgpass',
    );
  }
  const names = url?.pathname.slice(1).split('/').map(decoded) ?? [];
  const [database, schema, table] = names.length === 2 ? [names[0], defaultSchema, names[1]] : names;
  const isPlain = url !== null && url.hostname !== '' && url.search === '' && url.hash === '';
  const isWhole = names.length >= 2 && names.length <= 3 && [database, schema, table].every(isName);
  if (!isPlain || !/^postgres(?:ql)?:$/.test(url.protocol) || !isWhole || !database || !schema || !table) {
    // What is no address may have a password anywhere in it.
    throw new AppError(
      'invalid_argument',
      'a table is named postgres://host:port/database/table or postgres://host:port/database/schema/table',
    );
  }
  const port = url.port === '' ? defaultPort : Number(url.port);
  return { kind: 'postgres', host: url.hostname, port, database, schema, table, fields: {} };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

/** What can be a name in PostgreSQL, where it is quoted. */
function isName(name: string | undefined): name is string {
  return name !== undefined && name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= maxNameBytes;
}
