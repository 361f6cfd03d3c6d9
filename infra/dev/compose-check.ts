import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Compose, createCompose } from './compose.ts';
import { createClient, until } from './compose-client.ts';
import { freePort } from './free-port.ts';

/**
 * Runs the production shape for real: builds the images, brings everything up, ingests through the API,
 * restarts the worker in mid-run, asks, takes all down and up again, and compares. Model files come from
 * WINNOW_MODELS or the cache of this machine.
 */
const documentCount = 2_000;
const startTimeoutMs = 300_000;
const runTimeoutMs = 900_000;
const corpus = 'compose-check';
const question = 'Which tower stands on hill 217?';
const expectedDocument = 'hill-217.md';

const folder = await mkdtemp(join(tmpdir(), 'winnow-compose-'));
const port = await freePort();
const apiKey = crypto.randomUUID();
const client = createClient(`http://127.0.0.1:${port}`, apiKey);
await chmod(folder, 0o755);
await writeDocuments(join(folder, 'documents'));
await writeFile(join(folder, '.env'), await environment());
const compose = await createCompose({ project: 'winnow-check', envFile: join(folder, '.env') });
try {
  await check(compose);
  console.log('compose check passed');
} catch (error) {
  await compose('ps').catch(() => {});
  await compose('logs', '--tail=40').catch(() => {});
  throw error;
} finally {
  await compose('down', '--volumes').catch(() => {});
  await rm(folder, { recursive: true, force: true });
}

async function check(compose: Compose): Promise<void> {
  await compose('build');
  await bringUp(compose);
  await client.createCorpus({ name: corpus, path: '/documents' });
  const { run } = await client.startRun(corpus);
  await until(
    () => client.showRun(run),
    ({ progress }) => progress.done > 0,
    runTimeoutMs,
  );
  await compose('restart', 'worker');
  const interrupted = await client.showRun(run);
  assert.equal(interrupted.state, 'running', 'the worker was restarted in mid-run');
  say(`worker restarted at ${interrupted.progress.done} of ${documentCount} documents`);
  await finished(run);

  const before = await client.showCorpus(corpus);
  assert.deepEqual(
    { documents: before.documents, pending: before.pending, failed: before.failed },
    { documents: documentCount, pending: 0, failed: 0 },
  );
  const answerBefore = await client.answer(corpus, question);
  assert.equal(answerBefore.citations[0]?.documentId, expectedDocument);
  say(`ingested ${before.documents} documents, ${before.chunks} chunks; answered with ${expectedDocument}`);

  await compose('down');
  await bringUp(compose);
  assert.deepEqual(await client.showCorpus(corpus), before, 'nothing was lost by down and up');
  assert.deepEqual((await client.answer(corpus, question)).citations, answerBefore.citations);
  const again = await finished((await client.startRun(corpus)).run);
  assert.deepEqual([again.modelCalls, again.chunks.embedded], [0, 0], 'unchanged documents cost nothing');
  say('down and up: same counts, same answer, nothing embedded again');
  await compose('exec', '-T', 'worker', 'winnow', 'corpus', 'show', corpus);
}

async function bringUp(compose: Compose): Promise<void> {
  await compose('up', '--detach');
  await until(client.isReady, (ready) => ready, startTimeoutMs);
}

async function finished(run: string) {
  const ended = await until(
    () => client.showRun(run),
    ({ state }) => state !== 'running' && state !== 'planning',
    runTimeoutMs,
  );
  assert.equal(ended.state, 'completed');
  return ended;
}

async function environment(): Promise<string> {
  const lines = {
    REDIS_PASSWORD: crypto.randomUUID().replaceAll('-', ''),
    ELASTIC_PASSWORD: crypto.randomUUID().replaceAll('-', ''),
    WINNOW_API_KEY: apiKey,
    WINNOW_PORT: port,
    REDIS_PORT: await freePort(),
    ELASTICSEARCH_PORT: await freePort(),
    WINNOW_DOCUMENTS: join(folder, 'documents'),
    WINNOW_MODELS: process.env.WINNOW_MODELS ?? join(homedir(), '.cache', 'winnow', 'models'),
    ELASTICSEARCH_HEAP: '512m',
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function writeDocuments(documents: string): Promise<void> {
  await mkdir(documents);
  const colours = ['red', 'white', 'black', 'green', 'blue', 'grey', 'yellow'];
  const writes = Array.from({ length: documentCount }, (_, hill) => {
    const tower = `The ${colours[hill % colours.length]} tower of village ${hill * 7} stands on hill ${hill}.`;
    const filler = `Its keeper lights lamp ${hill * 3} each evening and counts the ships of the bay below. `;
    return writeFile(
      join(documents, `hill-${hill}.md`),
      `# Hill ${hill}\n\n${tower}\n\n${filler.repeat(2)}\n`,
    );
  });
  await Promise.all(writes);
}

function say(line: string): void {
  console.log(line);
}
