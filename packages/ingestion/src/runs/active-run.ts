import { type Corpus, type Generation, isActive, type Run, type Store } from '@winnow/core';

/** The run that may write to a generation; null where there is none, or it has ended. */
export async function activeRun(
  { store }: { readonly store: Store },
  corpus: Corpus,
  { number, physicalName }: Generation,
): Promise<Run | null> {
  const runId = corpus.activeRuns[String(number)];
  if (runId !== undefined) {
    const run = await store.runs.get(runId);
    return run !== null && isActive(run) ? run : null;
  }
  // Data of before runs were kept with their corpus.
  const active = await store.runs.active();
  return active.find((run) => run.physicalName === physicalName && run.kind !== 'push') ?? null;
}
