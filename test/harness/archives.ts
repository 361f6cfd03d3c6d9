import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type DocumentId, documentKeyOf } from '@winnow/core';

interface Line {
  readonly kind: string;
  readonly documentId?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** The lines of an archive, parsed. */
export async function linesOf(path: string): Promise<readonly Line[]> {
  const text = gunzipSync(await readFile(path)).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/**
 * Writes an archive in which every document of another is there so many times, under names of their own: large, and
 * made in no time.
 */
export async function multiplied(path: string, times: number, target: string): Promise<void> {
  const [header, ...rest] = await linesOf(path);
  const end = rest.pop();
  const documents: (readonly Line[])[] = [];
  let last: Line[] = [];
  for (const line of rest) {
    if (line.kind === 'document') {
      last = [];
      documents.push(last);
    }
    last.push(line);
  }
  const copies = documents.flatMap(([document, ...chunks]) =>
    Array.from({ length: times }, (_, copy) => {
      const documentId = `${copy}/${document?.documentId}` as DocumentId;
      return { key: documentKeyOf(documentId), lines: [{ ...document, documentId }, ...chunks] };
    }),
  );
  copies.sort((one, other) => (one.key < other.key ? -1 : 1));
  const counted = { ...header, counts: timesAll(header?.counts ?? {}, times) };
  const body = [counted, ...copies.flatMap(({ lines }) => lines)].map((line) => `${JSON.stringify(line)}\n`);
  const counts = timesAll(end ?? {}, times);
  const sha256 = createHash('sha256').update(body.join('')).digest('hex');
  await writeFile(
    target,
    gzipSync([...body, `${JSON.stringify({ ...counts, sha256 })}\n`].join(''), { level: 1 }),
  );
}

/** With every number so many times as large. */
function timesAll(counts: object, times: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(counts).map(([key, value]) => [key, typeof value === 'number' ? value * times : value]),
  );
}
