import type { Corpus, Embedder, Generation, Run } from '@winnow/core';
import { packCalls } from '../embedding/pack-calls.ts';
import type { IngestPorts } from '../ports.ts';
import { reportOf } from '../runs/run-report.ts';
import { from } from '../waiting/with-patience.ts';
import type { TextToEmbed } from './price-texts.ts';

/** Runs that are looked at for what they measured. */
const maxRuns = 20;
/** Texts that a model is tried on at a time, and for how long in all. */
const sampleCallTexts = 4;
const sampleMs = 2_000;

/** How fast work is done; null where nobody knows. */
export interface Rates {
  readonly tokensPerSecond: number | null;
  readonly documentsPerSecond: number | null;
}

/**
 * How long a run takes that reads and embeds at the same time.
 * @returns null where the rate is not known of something that there is to do.
 */
export function estimateSeconds(
  work: { readonly documents: number; readonly tokens: number },
  rates: Rates,
): number | null {
  const reading = secondsFor(work.documents, rates.documentsPerSecond);
  const embedding = secondsFor(work.tokens, rates.tokensPerSecond);
  if (reading === null || embedding === null) return null;
  return Math.ceil(Math.max(reading, embedding));
}

function secondsFor(amount: number, perSecond: number | null): number | null {
  if (amount === 0) return 0;
  return perSecond === null || perSecond <= 0 ? null : amount / perSecond;
}

/**
 * What the last completed runs of a generation measured. Each rate is that of the run which did most of it: one that
 * embedded three texts says little of the speed of a model. Those that waited for a provider's batches say nothing.
 */
export async function measuredRates(
  { store, now }: Pick<IngestPorts, 'store' | 'now'>,
  corpus: Corpus,
  { physicalName }: Generation,
): Promise<Rates> {
  const runs = (await from('index', store.runs.list(corpus.name, maxRuns))).filter(
    (run) => run.state === 'completed' && run.physicalName === physicalName && run.backfill === undefined,
  );
  const measured = runs.map((run) => measuredBy(run, now()));
  return {
    tokensPerSecond: rateOf(measured.map(({ tokens, seconds }) => ({ amount: tokens, seconds }))),
    documentsPerSecond: rateOf(measured.map(({ documents, seconds }) => ({ amount: documents, seconds }))),
  };
}

function measuredBy(run: Run, now: Date) {
  const { seconds, waited, tokens, progress } = reportOf(run, null, now);
  const busySeconds = seconds - waited.reduce((sum, each) => sum + each.seconds, 0);
  return { tokens, documents: progress.done, seconds: busySeconds };
}

function rateOf(measured: readonly { readonly amount: number; readonly seconds: number }[]): number | null {
  const known = measured.filter(({ amount, seconds }) => amount > 0 && seconds > 0);
  const [first] = known.toSorted((one, other) => other.amount - one.amount);
  return first === undefined ? null : first.amount / first.seconds;
}

/**
 * Tries a local model on some of a plan's own texts, for two seconds at most once it is loaded; the vectors are thrown
 * away.
 * @returns tokens per second; null for a remote model, which would have to be paid, and where there are no texts.
 */
export async function tryModel(
  embedder: Embedder,
  samples: readonly TextToEmbed[],
  signal: AbortSignal,
): Promise<number | null> {
  const [first] = samples;
  if (embedder.location !== 'local' || first === undefined) return null;
  const { maxTokensPerCall } = embedder;
  const limits = { maxTextsPerCall: Math.min(sampleCallTexts, embedder.maxTextsPerCall), maxTokensPerCall };
  const embed = (texts: readonly TextToEmbed[]) =>
    from(
      'model',
      embedder.embed(
        texts.map(({ text }) => text),
        { purpose: 'document', signal },
      ),
    );
  // The first call pays for loading, which a run does not pay for each text.
  await embed([first]);
  const startedAt = performance.now();
  let tokens = 0;
  for (const call of packCalls(samples, limits)) {
    await embed(call);
    tokens += call.reduce((sum, { tokenCount }) => sum + tokenCount, 0);
    if (performance.now() - startedAt >= sampleMs) break;
  }
  return (tokens / Math.max(performance.now() - startedAt, 1)) * 1_000;
}
