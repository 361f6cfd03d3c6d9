import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@winnow/core';
import {
  type DoctorReport,
  type Engine,
  followRun,
  openEngine,
  type RunReport,
  searchRequestSchema,
} from '@winnow/engine';
import { loadConfig } from '@winnow/runtime';
import { elasticsearchUrl } from '@winnow/testkit';
import { writeFiles } from '../../harness/documents.ts';
import { fullMode } from '../../harness/full-mode.ts';
import { cacheOf } from '../../harness/processes.ts';
import { type ElasticsearchTampering, openElasticsearchTampering } from './elasticsearch-tampering.ts';
import { type EmbeddedTampering, openEmbeddedTampering } from './embedded-tampering.ts';
import type { Tampering } from './tampering.ts';

export const documentCount = 30;
/** Of them, those in the folder `annex`: one more than a run deletes without being told to. */
export const annexCount = 6;
const name = 'patient';
const minute = () => AbortSignal.timeout(60_000);

/** A corpus that is ingested, an engine and a worker over it, and a hand in its index. */
export interface Patient<Hand extends Tampering> {
  readonly name: string;
  readonly engine: Engine;
  readonly hand: Hand;
  /** The folder of its documents. */
  readonly source: string;
  examine(): Promise<DoctorReport>;
  /** Mends what the report found, and waits for the end of the run. */
  repair(report: DoctorReport): Promise<RunReport | null>;
  /** Waits for the end of a run. */
  follow(run: RunReport): Promise<RunReport>;
  /** Every chunk with its vector, a line each. */
  exported(): Promise<readonly string[]>;
  /** The document that a search by words alone finds first. */
  firstByText(query: string): Promise<string | undefined>;
  /** Takes away what a test has left: the source is as it was, and the index too. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export const embeddedPatient = () =>
  openPatient({}, (dataDir, report) => openEmbeddedTampering(dataDir, report.physicalName));

export function elasticsearchPatient(): Promise<Patient<ElasticsearchTampering>> {
  const environment = fullMode();
  const { WINNOW_PREFIX: prefix = '' } = environment;
  return openPatient(environment, (_, report) =>
    openElasticsearchTampering(elasticsearchUrl(), prefix, report.physicalName),
  );
}

async function openPatient<Hand extends EmbeddedTampering | ElasticsearchTampering>(
  environment: Readonly<Record<string, string>>,
  handOf: (dataDir: string, report: DoctorReport) => Hand,
): Promise<Patient<Hand>> {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-doctor-'));
  const dataDir = join(folder, 'data');
  const source = join(folder, 'source');
  // Others than its owner may look into it, too.
  await chmod(folder, 0o755);
  await mkdir(source);
  await writeFiles(source, sheets);
  const config = loadConfig({ ...cacheOf(), WINNOW_DATA_DIR: dataDir, ...environment });
  const access = { kind: 'write', purpose: 'test' } as const;
  const engine = await openEngine(config, { access, log: silentLogger });
  const worker = engine.createWorker();
  await worker.start();
  const follow = (run: RunReport) => followRun(engine.runs, run.run, minute(), { onReport() {} });
  const examine = () => engine.doctor.examine(name, {}, minute());
  await engine.corpora.create(
    {
      name,
      sources: [{ path: source }],
      embedder: 'all-MiniLM-L6-v2',
      language: 'en',
      chunkTokens: 48,
      deletionGuard: { documents: annexCount - 1, share: 0 },
    },
    minute(),
  );
  await follow(await engine.runs.start(name));
  const hand = handOf(dataDir, await examine());
  async function repair(report: DoctorReport) {
    const run = await engine.doctor.repair(name, report, minute());
    return run === null ? null : await follow(run);
  }
  return {
    name,
    engine,
    hand,
    source,
    examine,
    repair,
    follow,
    async heal() {
      for (const run of await engine.runs.active()) if (run.corpus === name) await follow(run);
      await rm(source, { recursive: true, force: true });
      await mkdir(source);
      await writeFiles(source, sheets);
      let report = await examine();
      if (report.counts.unlisted > 0) {
        await follow(await engine.runs.start(name, { approvedDeletions: report.counts.unlisted }));
        report = await examine();
      }
      for (let times = 0; report.total > 0 && times < 3; times += 1) {
        await repair(report);
        report = await examine();
      }
    },
    exported: () => Array.fromAsync(engine.documents.export(name, { vectors: true, signal: minute() })),
    async firstByText(query) {
      const request = searchRequestSchema.parse({ query, mode: 'bm25', rerank: 'none', k: 1 });
      return (await engine.queries.search(name, request, minute())).hits[0]?.documentId;
    },
    async close() {
      hand.close();
      await engine.corpora.delete(name);
      await worker.close({ graceMs: 1_000 });
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const subjects = ['pump', 'valve', 'turbine', 'boiler', 'filter', 'sensor', 'motor', 'gearbox', 'relay'];

/** Documents of {@link chunksEach} chunks: `sheets/00.md` to `sheets/23.md`, and `annex/24.md` to `annex/29.md`. */
const sheets: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: documentCount }, (_, at) => {
    const folder = at < documentCount - annexCount ? 'sheets' : 'annex';
    const sections = Array.from({ length: 3 }, (_, section) => {
      const subject = subjects[(at + section) % subjects.length];
      return `## ${subject}\n\nInspect the ${subject} of unit ${at} before the shift begins, clean it with a dry cloth, and write reading ${at * 10 + section} of sheet s${at}x down in the book that lies beside it.\n`;
    });
    return [`${folder}/${String(at).padStart(2, '0')}.md`, `# Unit ${at}\n\n${sections.join('\n')}`];
  }),
);
