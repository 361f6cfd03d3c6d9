import {
  type AppError,
  type Corpus,
  type Generation,
  type GenerationRef,
  generationRef,
  laneCount,
  liveGeneration,
  type Source,
  type Uncovered,
} from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { runInParallel } from '../run-in-parallel.ts';
import { requireAway } from '../waiting/wait-reason.ts';
import { from } from '../waiting/with-patience.ts';
import type { ComparedItem } from './compared-pages.ts';
import type { CorpusPlan, PlannedDocument, PlanOptions, PlanProgressUpdate } from './corpus-plan.ts';
import { addUncovered, deletionLimit, isSearchable, withheldDeletions } from './deletion-guard.ts';
import { createDocumentIdSet } from './document-id-set.ts';
import { openPricing, type Pricing } from './open-pricing.ts';
import { createPlanTally, type PlanTally } from './plan-tally.ts';
import { type ChangesQuery, comparedSources, goneDocuments } from './planned-changes.ts';
import { readDocument } from './read-document.ts';
import { selectionOf } from './selection.ts';

/** What a plan is being made with. */
interface Planning {
  readonly corpus: Corpus;
  readonly generation: Generation;
  readonly ref: GenerationRef;
  readonly query: ChangesQuery;
  readonly options: PlanOptions;
  readonly pricing: Pricing;
  readonly tally: PlanTally;
  readonly signal: AbortSignal;
}

/**
 * What a run of a corpus would do, and what it would cost: sources and manifest are compared by the functions that
 * a run uses, and every document that would be made searchable is read, split and looked up. Nothing is written, and
 * nothing is kept but 32 to 64 bytes for each listed document and each text. A source that is not there is not
 * covered, and the plan is made without it.
 *
 * @throws AppError of part `source` where no source is there, `index`, or `model` where the model of the generation
 * is not; `canceled`.
 */
export async function planCorpus(
  ports: IngestPorts,
  corpus: Corpus,
  options: PlanOptions,
  signal: AbortSignal,
): Promise<CorpusPlan> {
  const generation = options.generation ?? liveGeneration(corpus);
  const ref = generationRef(corpus, generation);
  const { kind = 'sync', scope = null, remake = false } = options;
  const selection =
    kind === 'repair' ? selectionOf('damaged', options.damaged ?? createDocumentIdSet()) : null;
  const query: ChangesQuery = {
    corpus,
    ref,
    run: { kind, scope, remake, runId: null },
    selection,
    listed: createDocumentIdSet(),
  };
  const madeAt = ports.now().toISOString();
  const pricing = openPricing(ports, corpus, generation, ref);
  const tally = createPlanTally({ corpusId: corpus.corpusId, physicalName: ref.physicalName });
  const planning: Planning = { corpus, generation, ref, query, options, pricing, tally, signal };

  const scanned = await planChanges(ports, planning);
  const { uncovered, deletions } =
    kind === 'retry'
      ? { uncovered: scanned, deletions: noDeletions }
      : await planDeletions(ports, planning, scanned);
  const { documents, samples, planned, digest } = tally.total();
  const price = await pricing.total(signal);
  return {
    corpus: corpus.name,
    corpusId: corpus.corpusId,
    generation: generation.number,
    physicalName: ref.physicalName,
    kind,
    scope,
    remake,
    madeAt,
    planned,
    documents: { ...documents, deleted: deletions.count - deletions.withheld },
    samples,
    covered: uncovered.length === 0,
    uncovered,
    deletions,
    ...price,
    digest,
  };
}

const noDeletions: CorpusPlan['deletions'] = { count: 0, withheld: 0, limit: 0 };

async function planChanges(ports: IngestPorts, planning: Planning): Promise<readonly Uncovered[]> {
  const { corpus, query, options, tally, signal } = planning;
  const troubles: AppError[] = [];
  let uncovered: readonly Uncovered[] = [];
  for (const source of corpus.sources) {
    const before = uncovered;
    try {
      for await (const page of comparedSources(
        ports,
        { ...query, corpus: { ...corpus, sources: [source] } },
        signal,
      )) {
        uncovered = addUncovered(before, page.uncovered);
        const changes = await settled(ports, planning, page.opened, page.items);
        for (const change of changes) tally.add(change);
        if (changes.length > 0) await options.onChanges?.(changes);
        tellProgress(planning, 'scan');
      }
    } catch (thrown) {
      const error = requireAway(thrown, signal);
      troubles.push(error);
      const { sourceId } = source;
      uncovered = addUncovered(before, [{ sourceId, prefix: '', reason: error.message }]);
    }
  }
  const [trouble] = troubles;
  if (trouble !== undefined && troubles.length === corpus.sources.length) throw trouble;
  return uncovered;
}

function tellProgress({ query, options, pricing }: Planning, phase: PlanProgressUpdate['phase']): void {
  options.onProgress?.({ phase, listed: query.listed.size, ...pricing.soFar() });
}

/** What each item of a page comes to; those to be made searchable are read for it, some at a time. */
async function settled(
  ports: IngestPorts,
  planning: Planning,
  source: Source,
  items: readonly ComparedItem[],
): Promise<readonly PlannedDocument[]> {
  const { generation, pricing, tally, signal } = planning;
  const changes: (PlannedDocument | undefined)[] = [];
  await runInParallel([...items.entries()], laneCount, async ([index, { item, action, change }]) => {
    const { documentId } = item;
    if (action === 'keep' || change === 'unchanged') return tally.keep(change);
    if (item.kind === 'unreadable') {
      changes[index] = { documentId, change, contentHash: null, bytes: null, reason: item.reason };
      return;
    }
    const { contentHash, bytes } = item;
    const read = await readDocument(ports, generation, source, item, signal);
    if (read.ok) await pricing.add(read.document);
    changes[index] = { documentId, change, contentHash, bytes, ...(!read.ok && { reason: read.reason }) };
    tellProgress(planning, 'scan');
  });
  return changes.filter((change) => change !== undefined);
}

/** Withheld ones are in the plan too: somebody may approve of them. */
async function planDeletions(
  ports: IngestPorts,
  planning: Planning,
  scanned: readonly Uncovered[],
): Promise<Pick<CorpusPlan, 'uncovered' | 'deletions'>> {
  const { corpus, ref, query, options, tally, signal } = planning;
  const gone = { all: 0, searchable: 0 };
  let uncovered = scanned;
  for await (const { entries, ...page } of goneDocuments(ports, query, scanned, signal)) {
    uncovered = page.uncovered;
    gone.all += entries.length;
    gone.searchable += entries.filter(isSearchable).length;
    const changes = entries.map(({ documentId }) => {
      return { documentId, change: 'deleted', contentHash: null, bytes: null } as const;
    });
    for (const change of changes) tally.add(change);
    if (changes.length > 0) await options.onChanges?.(changes);
    tellProgress(planning, 'deletions');
  }
  const { searchable } = await from('index', ports.store.manifest.tally(ref));
  const limit = deletionLimit(corpus.deletionGuard, searchable);
  const withheld = withheldDeletions(gone, { limit, approved: options.approvedDeletions ?? null });
  const deletions = {
    count: gone.all,
    withheld: withheld?.count ?? 0,
    limit: options.approvedDeletions ?? limit,
  };
  return { uncovered, deletions };
}
