import { AppError, liveRef } from '@winnow/core';
import type { QueryContext, SearchPorts } from '../ports.ts';
import { timed } from '../stopwatch.ts';
import type { SearchRequest } from './search-request.ts';

/** A question as the corpus's embedder sees it. */
export interface EmbeddedQuery {
  /** Null where the search goes by words alone. */
  readonly vector: Float32Array | null;
  readonly durationMs: number;
  readonly notes: readonly string[];
}

/**
 * Embeds a question, unless the mode is `bm25`; the index gets ready meanwhile. A hybrid search whose embedding model
 * does not answer goes on without a vector, and says so.
 *
 * @throws AppError what the embedder throws in mode `dense`; what is no passing failure.
 */
export async function embedQuery(
  ports: SearchPorts,
  context: QueryContext,
  request: SearchRequest,
): Promise<EmbeddedQuery> {
  if (request.mode === 'bm25') return { vector: null, durationMs: 0, notes: [] };
  ports.store.chunks.getReady(liveRef(context.corpus));
  const { result, durationMs } = await timed(ports.clock, () => vectorOf(ports, context, request));
  return { ...result, durationMs };
}

async function vectorOf(
  ports: SearchPorts,
  { corpus, bill, signal }: QueryContext,
  { query, mode }: SearchRequest,
): Promise<Omit<EmbeddedQuery, 'durationMs'>> {
  try {
    const embedder = await ports.embedderOf(corpus, bill);
    const { vectors } = await embedder.embed([query], { purpose: 'query', signal });
    const [vector] = vectors;
    if (vector === undefined) throw new AppError('internal', `${embedder.modelId} gave no vector`);
    return { vector, notes: [] };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (mode === 'dense' || signal.aborted || !error.retryable) throw error;
    ports.log.warn({ event: 'dense-leg-skipped', corpus: corpus.name, code: error.code, error });
    return { vector: null, notes: [`searched by words alone, without vectors: ${error.message}`] };
  }
}
