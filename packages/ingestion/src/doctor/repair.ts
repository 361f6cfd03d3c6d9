import { AppError, type Corpus, type IndexedVersion, liveRef, type Run } from '@winnow/core';
import { sweep } from '../healing/sweep.ts';
import type { IngestPorts } from '../ports.ts';
import { startRun } from '../runs/start-run.ts';
import { from } from '../waiting/with-patience.ts';
import type { DoctorReport } from './finding.ts';

/** Versions discarded in one go. */
const pageSize = 1_000;

export interface RepairOptions {
  /** Called when it is known that a run will be started. */
  readonly beforeStart?: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** What was set going, and done at once. */
export interface Repaired {
  /** The run that makes the damaged documents anew; null where there are none. */
  readonly run: Run | null;
  /** Chunks that belonged to nobody, and are gone. */
  readonly discarded: number;
}

/**
 * Mends what an examination found. Documents that are missing, stale or damaged are made anew by a run of their own,
 * which has a price, a place in the history and the deletion guard like any other, and lets the unlisted ones go.
 * Chunks that belong to nobody are removed at once; the index looks at each of them again before.
 * @throws AppError `failed_precondition` where another run is under way, or the report is of another generation.
 */
export async function repair(
  ports: IngestPorts,
  corpus: Corpus,
  report: DoctorReport,
  { beforeStart, signal }: RepairOptions,
): Promise<Repaired> {
  const ref = liveRef(corpus);
  if (report.physicalName !== ref.physicalName) {
    throw new AppError(
      'failed_precondition',
      `the report is about generation ${report.generation} of ${report.corpus}, and generation ${ref.generation} of ${corpus.name} is live: examine it again`,
    );
  }
  const { damaged } = report;
  if (damaged.size > 0) await beforeStart?.();
  const started = damaged.size === 0 ? null : await startRun(ports, corpus.name, { kind: 'repair', damaged });
  const discarded = await discardOrphans(ports, corpus, report, signal);
  if (discarded > 0) ports.log.info({ event: 'orphans-discarded', corpus: corpus.name, count: discarded });
  return { run: started?.run ?? null, discarded };
}

async function discardOrphans(
  { store }: IngestPorts,
  corpus: Corpus,
  { counts, findings }: DoctorReport,
  signal: AbortSignal,
): Promise<number> {
  const ref = liveRef(corpus);
  const orphans = findings.flatMap(({ kind, documentKey, version }) =>
    kind === 'orphan' && version !== null ? [{ documentKey, version }] : [],
  );
  // More than the report has room for: they are looked for once more.
  if (counts.orphan > orphans.length) return await from('index', sweep(store, ref, signal));
  let discarded = 0;
  for (const page of pagesOf(orphans)) {
    discarded += await from('index', store.chunks.discard(ref, page, signal));
  }
  return discarded;
}

type Orphan = Pick<IndexedVersion, 'documentKey' | 'version'>;

function pagesOf(orphans: readonly Orphan[]): readonly (readonly Orphan[])[] {
  const count = Math.ceil(orphans.length / pageSize);
  return Array.from({ length: count }, (_, page) => orphans.slice(page * pageSize, (page + 1) * pageSize));
}
