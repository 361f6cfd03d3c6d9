import { AppError, type Corpus, type RecallResult } from '@winnow/core';
import { searchTerms } from '@winnow/text';
import type { SearchPorts } from './ports.ts';
import { legSize, type SearchRequest } from './search-request.ts';
import { timed } from './stopwatch.ts';

export interface Recalled {
  readonly result: RecallResult;
  readonly timingsMs: { readonly embed: number; readonly recall: number };
  readonly notes: readonly string[];
}

/**
 * The wide stage: both legs in one call, the filter inside each.
 * A hybrid search whose embedding model does not answer goes on with BM25 alone, and says so.
 *
 * @throws AppError what the store throws; what the embedder throws in mode `dense`.
 */
export async function recall(
  ports: SearchPorts,
  corpus: Corpus,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<Recalled> {
  const terms = request.mode === 'dense' ? null : searchTerms(request.query);
  const embedded = await timed(ports.clock, () => queryVector(ports, corpus, request, signal));
  const { vector, notes } = embedded.result;
  const recalled = await timed(ports.clock, () =>
    ports.store.chunks.recall(
      { corpus: corpus.name, generation: corpus.generation },
      { terms, vector, k: legSize(request), filter: request.filter, signal },
    ),
  );
  return {
    result: recalled.result,
    timingsMs: { embed: embedded.durationMs, recall: recalled.durationMs },
    notes: [...notes, ...noteOnTerms(terms)],
  };
}

interface QueryVector {
  readonly vector: Float32Array | null;
  readonly notes: readonly string[];
}

async function queryVector(
  ports: SearchPorts,
  corpus: Corpus,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<QueryVector> {
  if (request.mode === 'bm25') return { vector: null, notes: [] };
  try {
    const embedder = await ports.embedderOf(corpus);
    const { vectors } = await embedder.embed([request.query], { purpose: 'query', signal });
    const [vector] = vectors;
    if (vector === undefined) throw new AppError('internal', `${embedder.modelId} gave no vector`);
    return { vector, notes: [] };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (request.mode === 'dense' || signal.aborted || !error.retryable) throw error;
    ports.log.warn({ event: 'dense-leg-skipped', corpus: corpus.name, code: error.code, error });
    return { vector: null, notes: [`searched by words alone, without vectors: ${error.message}`] };
  }
}

function noteOnTerms(terms: readonly string[] | null): readonly string[] {
  return terms?.length === 0 ? ['the query holds no words to search for, only stop words or signs'] : [];
}
