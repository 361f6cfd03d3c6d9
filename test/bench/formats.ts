/**
 * What each file of a folder of damaged and real documents becomes, beside what its manifest says it should.
 *
 *   node test/bench/formats.ts FOLDER
 *
 * FOLDER has `files/` and `manifest.jsonl` with `{ file, expect, contains }` a line. `expect` is `text`, `empty`, `no-text`,
 * `needs-password`, `reject`, `partial`, or several of them with `-or-`. Exit code 1 if one is not as it should be.
 * JSONL and CSV files are read as sources of records, all others as documents, in this very process.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type DocumentId, sha256 } from '@winnow/core';
import { parse } from '@winnow/parsing';
import { createSource } from '@winnow/sources';
import { z } from 'zod';

const lineSchema = z.object({ file: z.string(), expect: z.string(), contains: z.array(z.string()) });
type Line = z.infer<typeof lineSchema>;

interface Found {
  readonly texts: readonly string[];
  /** Why something of it did not get in. */
  readonly causes: readonly string[];
  readonly places: number;
}

const { positionals } = parseArgs({ allowPositionals: true });
const folder = resolve(positionals[0] ?? '.');
const lines = (await readFile(join(folder, 'manifest.jsonl'), 'utf8')).trim().split('\n');
let wrong = 0;
for (const line of lines.map((each) => lineSchema.parse(JSON.parse(each)))) {
  const startedAt = performance.now();
  const found = await look(join(folder, 'files', line.file));
  const problem = problemOf(line, found);
  if (problem !== null) wrong += 1;
  const length = found.texts.reduce((sum, text) => sum + text.length, 0);
  const ms = Math.round(performance.now() - startedAt);
  const what = [
    `${length} characters`,
    ...(found.places > 0 ? [`${found.places} places`] : []),
    ...found.causes,
  ];
  console.log(
    `${problem === null ? 'ok   ' : 'WRONG'} ${line.file} | ${line.expect} | ${what.join(', ')} | ${ms} ms${problem === null ? '' : ` | ${problem}`}`,
  );
}
console.log(`${lines.length - wrong} of ${lines.length} as they should be`);
process.exitCode = wrong === 0 ? 0 : 1;

async function look(path: string): Promise<Found> {
  return /\.(?:jsonl|csv)$/.test(path) ? await lookAtRecords(path) : await lookAtDocument(path);
}

async function lookAtDocument(path: string): Promise<Found> {
  const content = await readFile(path);
  const documentId = path.slice(path.lastIndexOf('/') + 1) as DocumentId;
  const parsed = await parse({
    documentId,
    content,
    mediaType: null,
    title: null,
    metadata: {},
    contentHash: sha256(content),
  });
  if (!parsed.ok) return { texts: [], causes: [parsed.reason.code], places: 0 };
  const { text, title, blocks } = parsed.document;
  const places = new Set(
    blocks.map(({ page, slide, sheet }) => page ?? slide ?? sheet).filter((one) => one !== undefined),
  );
  return { texts: [title, text], causes: [], places: places.size };
}

async function lookAtRecords(path: string): Promise<Found> {
  const kind = path.endsWith('.csv') ? 'csv' : 'jsonl';
  const source = createSource({ kind, path } as Parameters<typeof createSource>[0], { roots: [folder] });
  const signal = AbortSignal.timeout(60_000);
  const texts: string[] = [];
  const causes: string[] = [];
  for await (const event of source.scan({ after: null, signal })) {
    if (event.kind === 'unreadable') causes.push(event.reason.code);
    if (event.kind !== 'document') continue;
    const raw = await source.read(event.documentId, event.location, signal);
    const parsed = await parse(raw);
    if (parsed.ok)
      texts.push(`${parsed.document.title}\n${parsed.document.text}\n${JSON.stringify(raw.metadata)}`);
    else causes.push(parsed.reason.code);
  }
  return { texts, causes, places: 0 };
}

function problemOf({ expect, contains }: Line, found: Found): string | null {
  const isAllowed = expect.split('-or-').some((one) => isAs(one, found));
  if (!isAllowed) return `expected ${expect}`;
  if (found.texts.length === 0) return null;
  const flat = found.texts.join(' ').replace(/\s+/g, ' ');
  const missing = contains.find((words) => !flat.includes(words.replace(/\s+/g, ' ')));
  return missing === undefined ? null : `without ${JSON.stringify(missing)}`;
}

function isAs(expect: string, { texts, causes }: Found): boolean {
  switch (expect) {
    case 'text':
      return texts.length > 0 && causes.length === 0;
    case 'detect':
      return texts.length > 0;
    case 'partial':
      return texts.length > 0 && causes.length > 0;
    case 'empty':
      return causes.includes('empty') || (texts.length === 0 && causes.length === 0);
    case 'no-text':
      return causes.includes('no_text');
    case 'needs-password':
      return causes.includes('needs_password');
    case 'unsupported-type':
      return causes.includes('unsupported_type');
    case 'unsupported-encoding':
      return causes.includes('undecodable');
    default:
      return causes.length > 0 && texts.length === 0;
  }
}
