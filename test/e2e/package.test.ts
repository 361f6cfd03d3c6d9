import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { docxOf, pdfOf, wordParagraph } from '@winnow/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient, until } from '../../infra/dev/compose-client.ts';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { type Installed, install } from '../harness/installed.ts';
import { fetchOldestNode } from '../harness/oldest-node.ts';
import { cacheOf, start } from '../harness/processes.ts';

const execute = promisify(execFile);

/** Those among them are read by processes of their own, with libraries that only such a document asks for. */
const documents = {
  ...handbook,
  'pump.pdf': pdfOf([['Prime the pump before it starts.'], ['The relief valve opens at nine bar.']]),
  'staff.docx': docxOf(
    wordParagraph('Staff', 'Heading1') + wordParagraph('Ada Lovelace has the extension 4711.'),
  ),
};

let place: string;
let installed: Installed;
let folder: string;
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'winnow-package-'));
  installed = await install(place);
  folder = join(place, 'somewhere');
  await writeFiles(join(folder, 'notes'), documents);
  await winnowIn(folder, 'corpus', 'create', 'notes', '--source', './notes', '--language', 'en');
  await winnowIn(folder, 'ingest', 'notes', '--json');
});
afterAll(() => rm(place, { recursive: true, force: true }));

const environment = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  // A busy machine leaves nothing out.
  WINNOW_RERANK_TIMEOUT_MS: '60000',
  ...cacheOf(),
};

/** What the installed command prints, run in a folder. */
function winnowIn(cwd: string, ...words: readonly string[]): Promise<string> {
  return winnowBy(process.execPath, cwd, ...words);
}

async function winnowBy(node: string, cwd: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await execute(node, [installed.program, ...words], { cwd, env: environment });
  return stdout;
}

describe('the npm package', () => {
  test('installed far from the repository, finds what it has ingested in the folder it is run in', async () => {
    const found = JSON.parse(await winnowIn(folder, 'search', 'notes', 'undo a bad deployment', '--json'));
    expect(found.hits[0].documentId).toBe('operations/rollback.md');
    expect(found.hits[0].stages.rerank).not.toBeNull();
  });

  test.each([
    ['which pressure opens the relief valve?', { documentId: 'pump.pdf', page: 2 }],
    ['extension of Ada Lovelace', { documentId: 'staff.docx' }],
  ])('reads PDF and Word: %s', async (query, hit) => {
    const found = JSON.parse(await winnowIn(folder, 'search', 'notes', query, '-k', '1', '--json'));
    expect(found.hits).toMatchObject([hit]);
  });

  test('makes topics in a thread of its own', async () => {
    const topics = JSON.parse(await winnowIn(folder, 'cluster', 'notes', '--k', '2', '--json'));
    expect(topics.clusters).toHaveLength(2);
  });

  test('serves, and answers', async () => {
    const service = start(installed.program, ['serve', '--port', '0'], environment, { cwd: folder });
    service.stderr?.resume();
    const [printed] = await once(service.stdout ?? service, 'data');
    const reply = await fetch(`${String(printed).trim()}/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ corpus: 'notes', query: 'coffee', k: 1 }),
    });
    expect(await reply.json()).toMatchObject({ hits: [{ documentId: 'kitchen.txt' }] });
    expect(await winnowIn(folder, 'ask', 'notes', 'How many days of holiday may be carried over?')).toContain(
      'five days',
    );
  });

  test('runs by the oldest Node that its manifest allows', async () => {
    const node = await fetchOldestNode(installed.manifest.engines.node, place);
    const { stdout: version } = await execute(node, ['--version']);
    expect(version).not.toBe(`${process.version}\n`);
    const elsewhere = await temporaryFolder();
    await writeFiles(join(elsewhere, 'notes'), documents);
    await winnowBy(node, elsewhere, 'corpus', 'create', 'notes', '--source', './notes', '--language', 'en');
    const run = JSON.parse(await winnowBy(node, elsewhere, 'ingest', 'notes', '--json'));
    expect(run.state).toBe('completed');
    const found = JSON.parse(await winnowBy(node, elsewhere, 'search', 'notes', 'relief valve', '--json'));
    expect(found.hits[0]).toMatchObject({ documentId: 'pump.pdf', page: 2 });
    expect(
      await winnowBy(node, elsewhere, 'ask', 'notes', 'How many days of holiday may be carried over?'),
    ).toContain('five days');
  });

  test('gives programs an engine', async () => {
    const elsewhere = await temporaryFolder();
    await writeFiles(join(elsewhere, 'notes'), handbook);
    const guide = await readFile(join(import.meta.dirname, '../../docs/guides/library.md'), 'utf8');
    const example = /```js\n(.*?)```/s.exec(guide)?.[1] ?? '';
    const program = join(installed.beside, 'program.mjs');
    await writeFile(program, example);
    const { stdout } = await execute(process.execPath, [program], { cwd: elsewhere, env: environment });
    expect(stdout).toContain('operations/rollback.md');
  });

  test('is one program with a shebang, which says its version', async () => {
    expect(await readFile(installed.program, 'utf8')).toMatch(/^#!\/usr\/bin\/env -S node /);
    expect(await winnowIn(place, '--version')).toBe(`${installed.manifest.version}\n`);
  });
});

describe('what the images run', () => {
  /** The program that an image starts, by the path that it has beside the installed package. */
  async function programOf(target: string): Promise<string> {
    const dockerfile = await readFile(join(import.meta.dirname, '../../infra/Dockerfile'), 'utf8');
    const path = new RegExp(`AS ${target}\\n.*?CMD \\["node", "(.+?)"\\]`, 's').exec(dockerfile)?.[1];
    return join(installed.beside, path ?? `no program of ${target}`);
  }

  test('is in the package: a worker that ingests, and an API that answers, over Redis and Elasticsearch', async () => {
    const servers = { ...environment, ...fullMode(), WINNOW_PORT: '0', WINNOW_SOURCE_ROOTS: folder };
    const worker = start(await programOf('worker'), [], servers);
    const query = start(await programOf('query'), [], servers);
    for (const output of [worker.stdout, worker.stderr, query.stderr]) output?.resume();
    const [printed] = await once(query.stdout ?? query, 'data');
    const client = createClient(String(printed).trim(), 'none is asked for');
    await client.createCorpus({ name: 'notes', path: join(folder, 'notes') });
    const { run } = await client.startRun('notes');
    const ended = await until(
      () => client.showRun(run),
      ({ state }) => state !== 'planning' && state !== 'running',
      90_000,
    );
    expect(ended.state).toBe('completed');
    const { citations } = await client.answer('notes', 'How many days of holiday may be carried over?');
    expect(citations[0]?.documentId).toBe('people/holidays.md');
  });
});
