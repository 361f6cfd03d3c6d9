import { AppError, type Corpus, type CorpusSource, type PostponedScan } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { requireAway } from '../waiting/wait-reason.ts';
import { from } from '../waiting/with-patience.ts';
import type { DocumentIdSet } from './document-id-set.ts';
import type { ListedIds } from './listed-ids.ts';
import { hasScanned, placesOf, type ScanPlace, scannedSlices } from './scan-passes.ts';
import { type SliceResult, scanSlice } from './scan-slice.ts';
import type { Selection } from './selection.ts';

/** What every slice works with. */
export interface SliceGiven {
  /** Ids that earlier slices met. */
  readonly listed: DocumentIdSet;
  readonly selection: Selection | null;
  readonly signal: AbortSignal;
}

/** What one look at the sources came to. */
interface Look {
  /** Null where no source could be scanned, and there is something else to do. */
  readonly slice: { readonly place: ScanPlace; readonly result: SliceResult } | null;
  readonly missed: readonly PostponedScan[];
}

/**
 * Scans a slice of the first source that is there. One that is not is postponed, so that it holds up no other.
 * @throws AppError of part `source` where none is there and nothing else is left to do: the run waits for it.
 */
export async function lookAtSources(
  ports: IngestPorts,
  listedIds: ListedIds,
  { run, corpus }: RunningRun,
  { listed: listedBefore, ...given }: SliceGiven,
): Promise<Look> {
  const slices = scannedSlices(run.plan);
  const missed: PostponedScan[] = [];
  let trouble: AppError | null = null;
  for (const place of placesOf(run.plan, corpus.sources.length)) {
    const source = sourceAt(corpus, place);
    // A slice that broke off has left ids in the set that it has not compared.
    const listed = trouble === null ? listedBefore : await from('queue', listedIds.before(run.runId, slices));
    // The next look has the plan begin anew.
    if (listed === null) throw new AppError('unavailable', 'the ids of a plan are lost', { part: 'queue' });
    try {
      const at = { ...run, plan: { ...run.plan, ...place } };
      const result = await scanSlice(ports, at, { corpus, source, listed, ...given });
      await from('queue', listedIds.keep(run.runId, slices, listed));
      return { slice: { place, result }, missed };
    } catch (thrown) {
      const error = requireAway(thrown, given.signal);
      trouble ??= error;
      missed.push({ ...place, sourceId: source.sourceId, reason: error.message });
    }
  }
  // What the only source has listed so far cannot be read either while it is away.
  const isAllThereIs = corpus.sources.length === 1 || !hasScanned(run.plan);
  if (trouble !== null && isAllThereIs) throw trouble;
  return { slice: null, missed };
}

function sourceAt({ name, sources }: Corpus, { source }: ScanPlace): CorpusSource {
  const found = sources[source];
  if (found === undefined) throw new AppError('internal', `corpus ${name} has no source ${source}`);
  return found;
}
