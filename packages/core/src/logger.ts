/**
 * Structured log lines: a `noun-verb` event with ids and numbers. Never document text, queries or keys.
 * pino's logger fits.
 */
export interface Logger {
  debug(fields: LogFields): void;
  info(fields: LogFields): void;
  warn(fields: LogFields): void;
  error(fields: LogFields): void;
}

export type LogFields = Readonly<
  { event: string } & Record<string, string | number | boolean | null | undefined | Error>
>;

/** For tests, and for commands whose output is the message. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
