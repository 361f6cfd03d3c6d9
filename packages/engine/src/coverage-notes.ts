import type { SearchRequest } from '@winnow/retrieval';
import type { Engine } from './engine.ts';
import type { CorpusSummary } from './engine-corpora.ts';
import type { RunReport } from './engine-runs.ts';

/** Fewer hits than this make one wonder whether everything is there. */
const fewHits = 3;

/**
 * What somebody who found little has to know of the corpus: that nothing is in it yet, or not all of it, or that the
 * filter left nothing. Asks only where little was found, so that most queries pay nothing for it.
 * @param found hits, or sources of an answer.
 */
export async function coverageNotes(
  engine: Pick<Engine, 'corpora' | 'runs'>,
  corpus: string,
  found: number,
  { filter }: Pick<SearchRequest, 'filter'>,
): Promise<readonly string[]> {
  if (found >= fewHits) return [];
  const summary = await engine.corpora.show(corpus);
  const run = summary.activeRun === null ? null : await engine.runs.show(summary.activeRun);
  const note = coverageNote(summary, run);
  if (note !== null) return [note];
  return found === 0 && filter !== null ? [filterNote] : [];
}

const filterNote =
  'nothing was found that the filter lets through: compare its fields and values with those of the documents';

/** @param run the one that is under way, if any. */
export function coverageNote(
  { name, documents, pending, failed }: Pick<CorpusSummary, 'name' | 'documents' | 'pending' | 'failed'>,
  run: Pick<RunReport, 'run' | 'state' | 'waiting'> | null,
): string | null {
  if (run !== null) {
    const soFar = `${count(documents)} of ${count(documents + pending)} documents are searchable so far`;
    if (run.waiting === null) return `an ingest is under way: ${soFar}`;
    return `an ingest waits (${run.waiting.reason}): ${soFar}; winnow status ${run.run} says for what`;
  }
  if (documents > 0) return null;
  if (pending > 0) return `nothing of ${name} is searchable yet: winnow ingest ${name} goes on with it`;
  if (failed > 0) return `no document of ${name} got in: winnow inbox ${name} says why`;
  return `${name} is empty: winnow ingest ${name}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
