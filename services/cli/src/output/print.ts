/** Writes one line to standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a value as one line of JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/** Writes one line to standard error: what is not the result. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`);
}
