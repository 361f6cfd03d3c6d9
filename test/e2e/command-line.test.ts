import { appendFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnow, winnowJson } from '../harness/processes.ts';
import type { Ingested } from '../harness/reports.ts';

interface Found {
  readonly hits: readonly {
    readonly documentId: string;
    readonly chunkId: string;
    readonly text: string;
    readonly stages: Readonly<
      Record<'bm25' | 'dense' | 'fused' | 'rerank', { rank: number; score: number } | null>
    >;
  }[];
  readonly timingsMs: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

async function ingestedHandbook() {
  const folder = await temporaryFolder();
  // A busy machine leaves nothing out.
  const environment = { WINNOW_DATA_DIR: join(folder, 'data'), WINNOW_RERANK_TIMEOUT_MS: '60000' };
  const source = join(folder, 'handbook');
  await writeFiles(source, handbook);
  await winnowJson(['corpus', 'create', 'handbook', '--source', source], environment);
  const first = await winnowJson<Ingested>(['ingest', 'handbook'], environment);
  return { environment, source, first };
}

describe('winnow on the embedded index', () => {
  test('ingests a folder, finds what was asked for and says what each stage made of it', async () => {
    const { environment, first } = await ingestedHandbook();
    expect(first).toMatchObject({
      state: 'completed',
      documents: { new: 5, changed: 0, unchanged: 0, deleted: 0, failed: 0 },
    });
    expect(first.chunks.embedded).toBeGreaterThanOrEqual(5);

    const found = await winnowJson<Found>(
      ['search', 'handbook', 'undo a bad deployment', '-k', '3'],
      environment,
    );
    expect(found.hits[0]?.documentId).toBe('operations/rollback.md');
    expect(found.hits[0]?.stages.dense?.rank).toBe(1);
    expect(found.hits[0]?.stages.rerank).not.toBeNull();
    expect(found.timingsMs.total).toBeGreaterThan(0);

    const answered = await winnowJson<{
      answer: string;
      abstained: boolean;
      citations: { n: number; documentId: string; quote: string }[];
    }>(['ask', 'handbook', 'How many days of holiday may be carried over?'], environment);
    expect(answered).toMatchObject({ abstained: false });
    expect(answered.answer).toContain('five days');
    expect(answered.citations[0]).toMatchObject({ documentId: 'people/holidays.md' });
  });

  test('pays for what changed only, and forgets what was deleted', async () => {
    const { environment, source, first } = await ingestedHandbook();
    const second = await winnowJson<Ingested>(['ingest', 'handbook'], environment);
    expect(second).toMatchObject({
      documents: { new: 0, changed: 0, unchanged: 5, deleted: 0 },
      chunks: { embedded: 0, reused: 0 },
      modelCalls: 0,
    });

    await appendFile(join(source, 'operations/backup.md'), '\n## Tapes\n\nTapes are stored in the cellar.\n');
    await rm(join(source, 'kitchen.txt'));
    await writeFile(join(source, 'new.md'), '# Parking\n\nBicycles are parked behind the house.\n');
    const third = await winnowJson<Ingested>(['ingest', 'handbook'], environment);
    expect(third.documents).toMatchObject({ new: 1, changed: 1, unchanged: 3, deleted: 1, failed: 0 });
    expect(third.chunks.embedded).toBeLessThan(first.chunks.embedded);

    // As it is typed without quotes.
    const coffee = await winnowJson<Found>(['search', 'handbook', 'coffee', 'machine'], environment);
    expect(coffee.hits.map((hit) => hit.documentId)).not.toContain('kitchen.txt');
    const tapes = await winnowJson<Found>(['search', 'handbook', 'tapes', '--mode', 'bm25'], environment);
    expect(tapes.hits[0]?.documentId).toBe('operations/backup.md');
  });

  test('records what cannot be read, with the reason, and goes on with the rest', async () => {
    const { environment, source } = await ingestedHandbook();
    await writeFiles(source, {
      'picture.png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'late.md': '# Late\n\nStill read.\n',
    });
    const report = await winnowJson<Ingested>(['ingest', 'handbook'], environment);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 1, failed: 1 } });
    const failed = await winnowJson<{ state: string; reason: { code: string } }>(
      ['document', 'show', 'handbook', 'picture.png'],
      environment,
    );
    expect(failed).toMatchObject({ state: 'failed', reason: { code: 'unsupported_type' } });
    expect(await winnowJson(['document', 'show', 'handbook', 'late.md'], environment)).toMatchObject({
      state: 'live',
      reason: null,
    });
    expect(await winnowJson(['corpus', 'show', 'handbook'], environment)).toMatchObject({
      documents: 6,
      failed: 1,
      generation: 1,
    });
  });

  test('exports the same bytes for the same content, whatever its history', async () => {
    const { environment, source } = await ingestedHandbook();
    await writeFile(join(source, 'kitchen.txt'), 'For a moment, something else.');
    await winnowJson(['ingest', 'handbook'], environment);
    await writeFiles(source, handbook);
    await winnowJson(['ingest', 'handbook'], environment);
    const fresh = await ingestedHandbook();
    const [one, other] = await Promise.all(
      [environment, fresh.environment].map((where) => winnow(['export', 'handbook', '--vectors'], where)),
    );
    expect(one?.stdout.length).toBeGreaterThan(1_000);
    expect(one?.stdout).toBe(other?.stdout);
  });
});

describe('winnow asked before there is anything to find', () => {
  test('says so, and how to fill the corpus', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await writeFiles(join(folder, 'handbook'), handbook);
    const words = ['corpus', 'create', 'handbook', '--source', join(folder, 'handbook'), '--language', 'en'];
    await winnowJson(words, environment);
    const note = 'handbook is empty: winnow ingest handbook';
    const found = await winnow(['search', 'handbook', 'coffee'], environment);
    expect([found.code, found.stderr]).toEqual([0, expect.stringContaining(note)]);
    expect(await winnowJson<Found>(['search', 'handbook', 'coffee'], environment)).toMatchObject({
      hits: [],
      notes: [note],
    });
    const asked = await winnow(['ask', 'handbook', 'Who cleans the coffee machine?', '--json'], environment);
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({ abstained: true, notes: [note] });
  });

  test('an answer that abstains ends with exit code 1, and has nothing to say of a full corpus', async () => {
    const { environment } = await ingestedHandbook();
    const asked = await winnow(
      ['ask', 'handbook', 'What does quantum tunnelling cost in Peru?'],
      environment,
    );
    expect([asked.code, asked.stdout]).toEqual([
      1,
      expect.stringContaining('Nothing in the corpus supports'),
    ]);
    expect(asked.stderr).not.toContain('winnow ingest');
  });
});

describe('winnow told of files with strange names and texts', () => {
  test('prints nothing that moves the cursor, and a name on one line', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    const name = 'a\u001b[2Jb\nc.md: live\u202e.md';
    const text = '# Coffee\u009b31m\n\nThe coffee machine is \u001b]0;owned\u0007cleaned on Fridays.\n';
    await writeFiles(join(folder, 'notes'), { [name]: text, 'empty\nname.md': '' });
    const words = ['corpus', 'create', 'notes', '--source', join(folder, 'notes'), '--language', 'en'];
    await winnowJson(words, environment);
    await winnowJson(['ingest', 'notes'], environment);
    const said = await Promise.all(
      [
        ['search', 'notes', 'coffee machine'],
        ['ask', 'notes', 'When is the coffee machine cleaned?'],
        ['document', 'list', 'notes'],
        ['document', 'show', 'notes', name],
        ['document', 'list', 'notes', '--format', 'csv'],
        ['inbox', 'notes'],
      ].map(async (asked) => (await winnow(asked, environment)).stdout),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
    expect(said.join('').match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/g)).toBe(null);
    const shown = 'a\\x1b[2Jb\\nc.md: live\\u202e.md';
    for (const listed of said.slice(0, 4)) expect(listed).toContain(shown);
    expect(said[5]).toContain('empty\\nname.md');
  });
});

describe('winnow asked for a format', () => {
  test('lists as JSON, CSV and TSV; people are told on standard error what is not a row', async () => {
    const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
    const listed = (...words: readonly string[]) => winnow([...words], environment);
    const heads = ['name', 'documents', 'pending', 'failed', 'chunks', 'embedder', 'sources', 'run'];
    const table = await listed('corpus', 'list');
    expect([table.stdout, table.stderr]).toEqual(['', expect.stringContaining('no corpora yet')]);
    expect(await listed('corpus', 'list', '--format', 'csv')).toEqual({
      code: 0,
      stdout: `${heads.join(',')}\n`,
      stderr: '',
    });
    expect((await listed('corpus', 'list', '--format', 'tsv')).stdout).toBe(`${heads.join('\t')}\n`);
    const json = await Promise.all([
      listed('corpus', 'list', '--format', 'json'),
      listed('corpus', 'list', '--json'),
    ]);
    expect(json.map(({ stdout }) => JSON.parse(stdout))).toEqual([{ corpora: [] }, { corpora: [] }]);
  });

  test('says errors as JSON where that is the format', async () => {
    const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
    const { code, stderr } = await winnow(['runs', 'nobody', '--format', 'json'], environment);
    expect([code, JSON.parse(stderr)]).toMatchObject([2, { error: { code: 'not_found' } }]);
    const typed = await winnow(['runs', 'nobody', '--limt', '5', '--json'], environment);
    expect(JSON.parse(typed.stderr).error.message).toMatch(/^unknown option '--limt'/);
  });
});

describe('winnow with a variable that nothing reads', () => {
  test('names it, unless nothing but results is wanted', async () => {
    const environment = { WINNOW_RERANKERR: 'none', WINNOW_RERANKER: 'none', WINNOW_WEBHOOK_SECRET_OPS: 'x' };
    const { code, stdout, stderr } = await winnow(['models', 'list', '--json'], environment);
    expect([code, Object.keys(JSON.parse(stdout))]).toEqual([0, ['models']]);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^warning: WINNOW_RERANKERR is set/)]);
    expect((await winnow(['models', 'list', '--json', '--quiet'], environment)).stderr).toBe('');
  });
});

describe('winnow given bad input', () => {
  const cases: readonly [string, readonly string[], RegExp][] = [
    ['an unknown corpus', ['search', 'nothing', 'x'], /no corpus nothing/],
    [
      'a source that is not there',
      ['corpus', 'create', 'x', '--source', '/nowhere/at/all'],
      /\/nowhere\/at\/all/,
    ],
    ['a bad corpus name', ['corpus', 'create', 'Not OK', '--source', '.'], /must be 1–63/],
    ['a malformed filter', ['search', 'x', 'y', '--filter', '{"op":"script"}'], /filter/],
    ['a filter that is not JSON', ['search', 'x', 'y', '--filter', '{'], /must be JSON, such as \{"op":"eq"/],
    ['an empty question', ['search', 'x', ''], /query: must not be empty/],
    ['an unknown run', ['resume', 'nowhere'], /winnow status shows/],
    ['an unknown option', ['ingest', 'x', '--fast'], /--fast/],
  ];
  test.each(cases)('%s: one clear sentence and exit code 2', async (_name, words, message) => {
    const finished = await winnow(words, { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') });
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).not.toMatch(/ {4}at /);
    expect(finished.code).toBe(2);
  });

  test('an unknown model: names what there is, and makes no corpus', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await writeFiles(join(folder, 'docs'), handbook);
    const words = [
      'corpus',
      'create',
      'x',
      '--source',
      join(folder, 'docs'),
      '--embedder',
      'all-MiniLM-L6-v3',
    ];
    const finished = await winnow(words, environment);
    expect(finished).toMatchObject({ code: 2 });
    expect(finished.stderr).toContain('all-MiniLM-L6-v2');
    expect(await winnowJson(['corpus', 'list'], environment)).toEqual({ corpora: [] });
  });

  test('an empty folder: says so', async () => {
    const folder = await temporaryFolder();
    const finished = await winnow(['corpus', 'create', 'x', '--source', folder], {
      WINNOW_DATA_DIR: join(folder, '.data'),
    });
    expect(finished).toMatchObject({ code: 2 });
    expect(finished.stderr).toContain('no documents');
  });

  test('servers that refuse: names the server', async () => {
    const environment = { REDIS_URL: 'redis://127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
    const finished = await winnow(['corpus', 'list'], environment);
    expect(finished).toMatchObject({ code: 3 });
    expect(finished.stderr).toContain('http://127.0.0.1:1');
  });

  test('a data folder that is not one of ours: says which file, and leaves it alone', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'winnow.db': 'this is not a database'.repeat(400),
      'docs/a.md': '# A\n\nText.\n',
    });
    const words = ['corpus', 'create', 'x', '--source', join(folder, 'docs')];
    const finished = await winnow(words, { WINNOW_DATA_DIR: folder });
    expect(finished).toMatchObject({ code: 3 });
    expect(finished.stderr).toContain('winnow.db');
  });
});
