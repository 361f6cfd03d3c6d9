import { AppError, type Corpus, type Generation, unread } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import { isSameBuild } from './build-settings.ts';
import { generationBeside, withGeneration } from './change-generation.ts';

/**
 * Makes the place of a new generation, or goes on with one that was begun with the same settings; what its report
 * said is void from then on. A corpus has one generation beside the live one at most. Safe to repeat, and to break
 * off: the record comes first, so that nothing is made which nobody names.
 * @param next as `nextGeneration` makes it.
 * @returns the corpus and the generation as they now are.
 * @throws AppError `failed_precondition` where another build is under way, or waits to be promoted.
 */
export async function beginBuild(
  { store }: Pick<IngestPorts, 'store'>,
  corpus: Corpus,
  next: Generation,
): Promise<{ readonly corpus: Corpus; readonly generation: Generation }> {
  let refusal: string | null = null;
  const begun = await store.corpora.update(corpus, (current) => {
    const beside = generationBeside(current);
    refusal = beside === null || isSameBuild(beside, next) ? null : otherBuild(current, beside);
    if (refusal !== null) return null;
    if (beside !== null) return withGeneration(current, beside.number, { ...unread, state: 'building' });
    const number = current.lastGeneration + 1;
    // Numbers are never used again: another build may have come and gone since this one was thought of.
    if (number !== next.number) {
      refusal = `another build of ${corpus.name} came first: try again`;
      return null;
    }
    return {
      ...current,
      generations: [...current.generations, next],
      buildingGeneration: number,
      lastGeneration: number,
    };
  });
  if (refusal !== null) throw new AppError('failed_precondition', refusal);
  const generation = generationBeside(begun);
  if (generation === null) throw new AppError('internal', `the build of ${corpus.name} was not recorded`);
  await store.corpora.prepareGeneration(begun, generation);
  return { corpus: begun, generation };
}

function otherBuild({ name, activeRuns }: Corpus, { number, state, embedder, chunking }: Generation): string {
  const what = `generation ${number} of ${name} (${embedder}, ${chunking.targetTokens} tokens)`;
  if (state === 'ready') {
    return `${what} is ready, and another cannot be built beside it: winnow promote ${name} switches to it, winnow generations ${name} --drop ${number} gives it up`;
  }
  const runId = activeRuns[String(number)];
  return `${what} is being built with other settings: wait for it, or give it up by ${runId === undefined ? `winnow generations ${name} --drop ${number}` : `winnow cancel ${runId}`}`;
}
