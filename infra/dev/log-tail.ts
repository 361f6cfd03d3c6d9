import { readFile } from 'node:fs/promises';

const tailLines = 30;

/** The last lines of a log file, for an error message; empty where there is no such file. */
export async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-tailLines).join('\n');
}
