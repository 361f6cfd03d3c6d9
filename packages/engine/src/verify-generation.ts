import {
  AppError,
  type Corpus,
  type Generation,
  generationNumbered,
  type Logger,
  liveGeneration,
  type ManifestEntry,
  type Run,
  type Store,
  type VerificationReport,
} from '@winnow/core';
import {
  type ComparingQueries,
  type GoldenQueries,
  readQueryFile,
  type Verification,
  verify,
} from '@winnow/evaluation';
import { deletionLimit, isUncovered } from '@winnow/ingestion';
import type { SearchPorts } from '@winnow/retrieval';
import { contestantOf } from './quality/contestant-of.ts';
import type { VerifyOptions } from './quality/engine-quality.ts';
import { readGolden, readGoldenFile } from './quality/golden.ts';
import { requireWholeCorpus } from './require-corpus.ts';

export interface VerifyGenerationPorts {
  readonly store: Store;
  readonly queries: SearchPorts;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Recorded searches that are looked through for distinct texts. */
const recentSearches = 2_000;
/** Fewer distinct searches than this say less than headings do. */
const leastSearches = 10;
const dayMs = 86_400_000;

/**
 * Looks at a generation of a corpus beside the live one, and keeps the report in its record.
 * @throws AppError `not_found` for a number that the corpus does not have; `failed_precondition` for a generation that
 * is neither ready nor live, before or after the look; what stores and models throw.
 */
export async function verifyGeneration(
  ports: VerifyGenerationPorts,
  name: string,
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<Verification> {
  const { store, now, log } = ports;
  const corpus = await requireWholeCorpus(store, name);
  const next = chosenGeneration(corpus, options.generation);
  const live = liveGeneration(corpus);
  const verification = await verify(
    { manifest: store.manifest, chunks: store.chunks, now },
    {
      next: contestantOf(ports.queries, corpus, next),
      live: contestantOf(ports.queries, corpus, live),
      settings: corpus.verification,
      isLookedFor: await lookOf(store, corpus, next),
      deletionLimit: (documents) => deletionLimit(corpus.deletionGuard, documents),
      golden: await goldenQueries(store, corpus, options, signal),
      queries: await comparingQueries(ports, corpus, options, signal),
    },
    { signal, ...(options.onVerified !== undefined && { onVerified: options.onVerified }) },
  );
  const { report } = verification;
  await keepReport(store, corpus, next, report);
  log.info({
    event: 'generation-verified',
    corpus: corpus.name,
    generation: report.generation,
    passed: report.passed,
    failed: report.gates
      .filter(({ passed }) => !passed)
      .map((gate) => gate.name)
      .join(', '),
  });
  return verification;
}

/** The one that is to take the live one's place, if there is any; else the live one. */
function chosenGeneration(corpus: Corpus, number: number | undefined): Generation {
  const generation = generationNumbered(corpus, number ?? corpus.buildingGeneration ?? corpus.liveGeneration);
  if (isReadable(generation)) return generation;
  const what = `generation ${generation.number} of ${corpus.name}`;
  throw new AppError(
    'failed_precondition',
    generation.state === 'building'
      ? `${what} is still being built: winnow status shows how far`
      : `${what} is ${generation.state}: only one that is ready or live can be verified`,
  );
}

/** Tells of which entries of the live generation the last run of another is a later look at their sources. */
async function lookOf(
  { runs }: Pick<Store, 'runs'>,
  { activeRuns }: Corpus,
  { number }: Generation,
): Promise<(live: ManifestEntry) => boolean> {
  const runId = activeRuns[String(number)];
  const run = runId === undefined ? null : await runs.get(runId);
  return run !== null && hasLookedAtAll(run)
    ? (entry) => entry.updatedAt < run.startedAt && !isUncovered(entry, run.plan.uncovered)
    : () => false;
}

/** A build that took its documents from what it saw at all sources, and left none out. */
function hasLookedAtAll({ kind, state, scope, fromText = false, bound, plan }: Run): boolean {
  const isWhole = scope === null && !fromText && (bound === null || bound.leftOut === 0);
  return kind === 'reindex' && state === 'completed' && isWhole && (plan.postponed ?? []).length === 0;
}

function isReadable({ state }: Generation): boolean {
  return state === 'ready' || state === 'live';
}

async function keepReport(
  { corpora }: Pick<Store, 'corpora'>,
  corpus: Corpus,
  { number, physicalName }: Generation,
  report: VerificationReport,
): Promise<void> {
  let isKept = false;
  await corpora.update(corpus, (current) => {
    const isThere = (each: Generation) =>
      each.number === number && each.physicalName === physicalName && isReadable(each);
    isKept = current.generations.some(isThere);
    if (!isKept) return null;
    const generations = current.generations.map((each) => (isThere(each) ? { ...each, report } : each));
    return { ...current, generations };
  });
  if (isKept) return;
  throw new AppError(
    'failed_precondition',
    `generation ${number} of ${corpus.name} was given up or is being built again: the report is void`,
  );
}

async function goldenQueries(
  store: Pick<Store, 'golden'>,
  corpus: Corpus,
  { golden }: VerifyOptions,
  signal: AbortSignal,
): Promise<GoldenQueries> {
  if (golden === undefined)
    return { origin: 'golden queries', queries: await readGolden(store, corpus, signal) };
  const { queries } = await readGoldenFile(golden, signal);
  return { origin: `golden queries of ${golden.path}`, queries };
}

async function comparingQueries(
  { store, now }: VerifyGenerationPorts,
  { corpusId, recording }: Corpus,
  { queries: path }: VerifyOptions,
  signal: AbortSignal,
): Promise<ComparingQueries | null> {
  if (path !== undefined) return { origin: `queries of ${path}`, texts: await readQueryFile(path, signal) };
  if (!recording.enabled) return null;
  const oldest = new Date(now().getTime() - recording.days * dayMs).toISOString();
  await store.queryLog.forget(corpusId, oldest);
  const recent = await store.queryLog.recent(corpusId, recentSearches);
  const texts = [...new Set(recent.map(({ text }) => text))];
  return texts.length < leastSearches ? null : { origin: 'recorded searches', texts };
}
