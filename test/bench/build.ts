/**
 * What building a generation costs beside what its server costs.
 *
 *     node test/bench/build.ts [--documents 100000] [--rounds 1]
 *
 * Documents of 1 KB are ingested, then a generation with another model is built beside them (`winnow reindex`), with a
 * provider that answers at once. Prints chunks/s of the build ÷ those of a plain loop of bulk requests, which sends the
 * same documents with vectors of the same size to an index of the same mapping, one request of 5 MB after the other,
 * and has made their bodies before. Full mode; REDIS_URL and ELASTICSEARCH_URL, or servers of one's own.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, median, printRatio, timed } from './support/bench.ts';
import { writeDocuments } from './support/bulk-documents.ts';
import { answerOf, endOf, requireAllIndexed, startWinnow } from './support/bulk-ingest.ts';
import { openBulkServers, removePrefix } from './support/bulk-servers.ts';
import { plainBodies, plainLoop } from './support/plain-bulk.ts';

const { values } = parseArgs({
  options: { documents: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '1' } },
});
const documents = Number(values.documents);
const dimensions = 384;
const models = [`openai:text-embedding-3-small@${dimensions}`, `openai:text-embedding-3-large@${dimensions}`];
const signal = AbortSignal.timeout(2 * 3_600_000);
const tree = join(import.meta.dirname, '../..');

const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const servers = await openBulkServers();
const rates: { readonly build: number; readonly plain: number }[] = [];
try {
  const source = join(folder, 'documents.jsonl');
  await writeDocuments(source, documents);
  for (let round = 0; round < Number(values.rounds); round += 1) rates.push(await measure(source, round));
  const build = median(rates.map((each) => each.build));
  const plain = median(rates.map((each) => each.plain));
  console.log(
    `${machine}; ${documents} documents: build ${build.toFixed(0)} chunks/s, plain loop ${plain.toFixed(0)} chunks/s`,
  );
  printRatio('build ÷ plain loop of bulk requests', build / plain, '≥ 0.8');
} finally {
  await servers.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(source: string, round: number): Promise<{ build: number; plain: number }> {
  const prefix = `bench-${process.pid}-${round}`;
  const provider = fork(join(import.meta.dirname, 'support/instant-embeddings.ts'));
  const environment = {
    ...process.env,
    WINNOW_DATA_DIR: folder,
    WINNOW_PREFIX: prefix,
    WINNOW_LOG_LEVEL: 'error',
    REDIS_URL: servers.redisUrl,
    ELASTICSEARCH_URL: servers.elasticsearchUrl,
    OPENAI_BASE_URL: String(await answerOf(provider, signal)),
    OPENAI_API_KEY: 'bench',
  };
  const winnow = (...words: readonly string[]) => endOf(startWinnow(tree, words, environment), signal);
  const [first = '', second = ''] = models;
  try {
    await winnow('corpus', 'create', 'bench', '--source', source, '--embedder', first);
    requireAllIndexed(await winnow('ingest', 'bench', '--json'));
    const built = await timed(() => winnow('reindex', 'bench', '--embedder', second, '--json'));
    requireAllIndexed(built.value);
    const bodies = await plainBodies(source, dimensions);
    const index = await chunkIndexOf(prefix);
    const plain = await timed(() => plainLoop(servers.elasticsearchUrl, index, bodies));
    return { build: documents / built.seconds, plain: documents / plain.seconds };
  } finally {
    provider.disconnect();
    await removePrefix(servers, prefix);
  }
}

/** Of the second generation. */
async function chunkIndexOf(prefix: string): Promise<string> {
  const answer = await fetch(
    `${servers.elasticsearchUrl}/_cat/indices/${prefix}.*.g2.chunks?h=index&format=json`,
  );
  const [found] = (await answer.json()) as { readonly index: string }[];
  if (found === undefined) throw new Error('the build left no index');
  return found.index;
}
