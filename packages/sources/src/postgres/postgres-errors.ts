import { AppError } from '@winnow/core';

/** By the classes of SQLSTATE: what does not change by waiting. */
const lasting = /^(?:0A|22|25006|28|3D|3F|42|44)/;
/** Those of who asks, with what the client itself says where it has no password to give. */
const notLetIn = /^28|^SASL/;

/** What is said of TLS has no SQLSTATE, or one that says something else too; by the words of client and server. */
const tls: readonly (readonly [RegExp, string])[] = [
  [
    /altnames|Hostname\/IP does not match/,
    'the certificate is of another host: write the name that it has into the address',
  ],
  [/certificate (?:has expired|is not yet valid)/, 'the server needs a certificate that is valid today'],
  [
    /certificate/,
    'NODE_EXTRA_CA_CERTS can name the file of who signed the certificate; PGSSLMODE=no-verify takes any',
  ],
  [/does not support SSL/, 'the server has no TLS: PGSSLMODE=disable reads it without'],
  [/no encryption|SSL off/, 'the server wants TLS: set PGSSLMODE=require'],
];

const advice: readonly (readonly [RegExp, string])[] = [
  [notLetIn, 'set PGUSER and PGPASSWORD, or write them to ~/.pgpass'],
  [/^42501/, 'the user needs GRANT SELECT on it, and USAGE of its schema'],
  [/^25006/, 'the view changes something, which reading it must not'],
  [/^3D000/, 'there is no such database'],
  [/^(?:42P01|3F000)/, 'there is no such table or view, or the user does not see it'],
  [/^42703/, 'a column is not there any more'],
  [
    /^42883/,
    'the column of ids has a type that has no order: choose another, or a view that casts it to text',
  ],
];

/** The error of a table, or of a server, that does not let itself be read. */
export function tableError(name: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { state, message } = faultOf(thrown);
  const details = { cause: thrown, part: 'source' } as const;
  const [, ofTls] = tls.find(([words]) => words.test(message)) ?? [];
  if (ofTls !== undefined) {
    return new AppError('failed_precondition', `${name} cannot be read (${message}): ${ofTls}`, details);
  }
  if (!lasting.test(state) && !notLetIn.test(state)) {
    return new AppError('unavailable', `${name} does not answer: ${message}`, details);
  }
  const [, todo = 'it does not take the request'] = advice.find(([states]) => states.test(state)) ?? [];
  return new AppError('failed_precondition', `${name} cannot be read (${message}): ${todo}`, details);
}

/** The error of one row. What is wrong with the whole table says nothing about one of its rows. */
export function rowError(name: string, thrown: unknown): AppError {
  if (thrown instanceof AppError && thrown.part === null) return thrown;
  const { message } = tableError(name, thrown);
  return new AppError('unavailable', message, { cause: thrown, part: 'source' });
}

/** Whether an id is not even of the type of its column, so that no row can have it. */
export function isOtherType(thrown: unknown): boolean {
  return ['22P02', '22003', '22007', '22008'].includes(faultOf(thrown).state);
}

function faultOf(thrown: unknown): { state: string; message: string } {
  if (!(thrown instanceof Error)) return { state: '', message: String(thrown) };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
  const state = thrown.message.startsWith('SASL') ? 'SASL' : code;
  // What is wrong with a value is said with the value.
  const message = state.startsWith('22') ? 'a value does not fit its type' : thrown.message.slice(0, 300);
  return { state, message: state === '' ? message : `${state}, ${message}` };
}
