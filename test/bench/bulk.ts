/**
 * How fast a large corpus of small documents is indexed, and what that takes: time, processor time of the ingesting
 * process and its parser, memory, refreshes, segments.
 *
 *     node test/bench/bulk.ts [--documents 100000] [--mode embedded|full|both] [--workers 0] [--rounds 1] [--tree FOLDER]…
 *
 * Documents of 1 KB in one file of JSON lines go through the command line (`corpus create`, `ingest`), with a provider
 * that answers at once: what is measured is reading, planning, queueing and indexing, and no model. The ingesting
 * process works itself; `--workers` puts so many `winnow worker` processes beside it.
 *
 * Prints a row for each ingest, and ratios of medians: full ÷ embedded, and with two folders the second ÷ the first, in rounds
 * that are interleaved. A folder is a checkout with its dependencies installed, by default this one. Full mode uses
 * REDIS_URL and ELASTICSEARCH_URL, and starts a server of its own for one that is not set.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, median } from './support/bench.ts';
import { writeDocuments } from './support/bulk-documents.ts';
import { type BulkFigures, bulkIngest } from './support/bulk-ingest.ts';
import { openBulkServers } from './support/bulk-servers.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    mode: { type: 'string', default: 'both' },
    workers: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '1' },
    embedder: { type: 'string', default: 'openai:text-embedding-3-small@384' },
    tree: { type: 'string', multiple: true, default: [join(import.meta.dirname, '../..')] },
  },
});
const documents = Number(values.documents);
const rounds = Number(values.rounds);
const modes = (['embedded', 'full'] as const).filter(
  (mode) => values.mode === mode || values.mode === 'both',
);
if (modes.length === 0) throw new Error(`--mode is ${values.mode}: it must be embedded, full or both`);
const trees = values.tree.map((tree) => resolve(tree));
const signal = AbortSignal.timeout(4 * 3_600_000);
const columns = [
  'tree',
  'mode',
  'workers',
  'chunks',
  'wall s',
  'chunks/s',
  'processor s',
  'refreshes of chunks',
  'of manifest',
  'segments of chunks',
  'of manifest',
  'peak memory MB',
  'a worker’s MB',
  'Redis MB',
  'calls of the provider',
  'texts embedded',
];

type Mode = (typeof modes)[number];

const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
const servers = modes.includes('full') ? await openBulkServers() : null;
const measured: { readonly tree: string; readonly mode: Mode; readonly figures: BulkFigures }[] = [];
try {
  const source = join(folder, 'documents.jsonl');
  await writeDocuments(source, documents);
  console.log(`${machine}; ${documents} documents of 1 KB, ${values.embedder}, rounds: ${rounds}\n`);
  console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`);
  for (let round = 0; round < rounds; round += 1) {
    for (const mode of modes) for (const tree of trees) await measure(tree, mode, source);
  }
  printRatios();
} finally {
  await servers?.stop();
  await rm(folder, { recursive: true, force: true });
}

async function measure(tree: string, mode: Mode, source: string): Promise<void> {
  const isFull = mode === 'full';
  const workers = isFull ? Number(values.workers) : 0;
  const { embedder } = values;
  const bulk = { tree, source, embedder, workers, servers: isFull ? servers : null };
  const figures = await bulkIngest(bulk, signal);
  measured.push({ tree, mode, figures });
  console.log(`| ${cellsOf({ tree, mode, workers, figures }).join(' | ')} |`);
}

function cellsOf(row: { tree: string; mode: Mode; workers: number; figures: BulkFigures }) {
  const { chunks, wallSeconds, processorSeconds, index, asked, ...memory } = row.figures;
  return [
    basename(row.tree),
    row.mode,
    row.workers,
    chunks,
    wallSeconds.toFixed(1),
    rateOf(row.figures).toFixed(0),
    processorSeconds.toFixed(1),
    index?.chunks.refreshes ?? '–',
    index?.manifest.refreshes ?? '–',
    index?.chunks.segments ?? '–',
    index?.manifest.segments ?? '–',
    megabytes(memory.peakMemoryBytes),
    row.workers === 0 ? '–' : megabytes(memory.workerMemoryBytes),
    memory.redisBytes === null ? '–' : megabytes(memory.redisBytes),
    asked.requests,
    asked.texts,
  ];
}

function printRatios(): void {
  const [first, second] = trees;
  console.log('');
  for (const tree of modes.length > 1 ? trees : []) {
    const ratio = medianOf(tree, 'full', rateOf) / medianOf(tree, 'embedded', rateOf);
    console.log(`${basename(tree)}, full ÷ embedded, chunks/s: ${ratio.toFixed(3)}`);
  }
  for (const mode of second === undefined ? [] : modes) {
    const ratioOf = (figure: (figures: BulkFigures) => number) =>
      (medianOf(second ?? '', mode, figure) / medianOf(first ?? '', mode, figure)).toFixed(3);
    const processor = ratioOf(({ processorSeconds }) => processorSeconds);
    const memory = ratioOf(({ peakMemoryBytes }) => peakMemoryBytes);
    console.log(
      `${mode}, second tree ÷ first, chunks/s: ${ratioOf(rateOf)}; processor time: ${processor}; peak memory: ${memory}`,
    );
  }
}

function medianOf(tree: string, mode: Mode, figure: (figures: BulkFigures) => number): number {
  const rows = measured.filter((row) => row.tree === tree && row.mode === mode);
  return median(rows.map(({ figures }) => figure(figures)));
}

function rateOf({ chunks, wallSeconds }: BulkFigures): number {
  return chunks / wallSeconds;
}

function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}
