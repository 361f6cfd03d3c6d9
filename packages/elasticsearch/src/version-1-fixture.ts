import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const ownFixtures = join(import.meta.dirname, '../fixtures/version-1');
/** The embedded file of the same contents has what both were described and exported as. */
const sharedFixtures = join(import.meta.dirname, '../../embedded/fixtures/version-1/expected');

/** An index as version 1 has left it. */
interface KeptIndex {
  readonly name: string;
  readonly settings: object;
  readonly mappings: object;
  readonly aliases: object;
  readonly documents: readonly { readonly _id: string; readonly _source: object }[];
}

/** For tests only: makes the indexes of version 1 again, under a prefix, by raw requests. */
export async function loadVersion1(url: string, prefix: string): Promise<void> {
  const packed = await readFile(join(ownFixtures, 'indexes.json.gz'));
  const text = gunzipSync(packed).toString().replaceAll('{prefix}', prefix);
  const { indexes } = JSON.parse(text) as { readonly indexes: readonly KeptIndex[] };
  for (const { name, documents, ...body } of indexes) {
    await send(`${url}/${name}`, 'PUT', JSON.stringify(body));
    const lines = documents.flatMap(({ _id, _source }) => [{ index: { _id } }, _source]);
    const bulk = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await send(`${url}/${name}/_bulk?refresh=true`, 'POST', bulk);
  }
}

async function send(url: string, method: string, body: string): Promise<void> {
  const answer = await fetch(url, { method, body, headers: { 'content-type': 'application/json' } });
  const told = (await answer.json()) as { readonly errors?: boolean };
  if (!answer.ok || told.errors === true) throw new Error(`${method} ${url}: ${JSON.stringify(told)}`);
}

/** What version 1 exported of a corpus. */
export async function expectedChunks(corpus: string): Promise<readonly { readonly text: string }[]> {
  const lines = (await readFile(join(sharedFixtures, `${corpus}.jsonl`), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** The entries of a corpus' manifest, as the description of the indexes lists them. */
export async function expectedEntries(corpus: string) {
  const rows = await tableUnder(corpus);
  return rows.map(([documentId = '', state, revision, live, chunks, attempts, lane, runId]) => ({
    documentId,
    state,
    revision: Number(revision),
    liveRevision: live === '–' ? null : Number(live),
    chunkCount: Number(chunks),
    attempts: Number(attempts),
    lane: Number(lane),
    runId,
  }));
}

/** The runs of a corpus, newest first. */
export async function expectedRuns(corpus: string) {
  const rows = await tableUnder('Runs');
  return rows
    .filter(([, name]) => name === corpus)
    .map(([runId = '', , state]) => ({ runId, state }))
    .sort((left, right) => (left.runId > right.runId ? -1 : 1));
}

/** The cells of the table below a heading, without code marks. */
async function tableUnder(heading: string): Promise<readonly (readonly string[])[]> {
  const description = await readFile(join(ownFixtures, 'README.md'), 'utf8');
  const [, section = ''] = description.split(`### ${heading}\n`);
  const [own = ''] = section.split('\n#');
  return own
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}
