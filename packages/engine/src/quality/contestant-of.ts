import { AppError, type Corpus, type Generation, generationRef, seenAt, silentLogger } from '@winnow/core';
import type { Contestant, FoundDocument } from '@winnow/evaluation';
import {
  type SearchHit,
  type SearchPorts,
  type SearchRequest,
  search,
  searchRequestSchema,
} from '@winnow/retrieval';

/** Of a passage that a report shows. */
const shownCharacters = 240;
/** Of the mode `rerank`. */
const reranker = 'late-interaction';

/**
 * A generation as its users would search it, whether it is live or not: the same path, with its own embedder. What is
 * asked this way is neither recorded nor logged query by query.
 */
export function contestantOf(ports: SearchPorts, corpus: Corpus, generation: Generation): Contestant {
  const seen = seenAt(corpus, generation.number);
  const quiet: SearchPorts = { ...ports, log: silentLogger };

  async function embed(query: string, signal: AbortSignal): Promise<Float32Array> {
    const bill = ports.openBill({ corpus: corpus.name, runId: null, queryId: null });
    const embedder = await ports.embedderOf(seen, bill);
    const { vectors } = await embedder.embed([query], { purpose: 'query', signal });
    const [vector] = vectors;
    if (vector === undefined) throw new AppError('internal', `${embedder.modelId} gave no vector`);
    return vector;
  }

  return {
    ref: generationRef(corpus, generation),
    embedder: generation.embedder,
    dimensions: generation.dimensions,
    embed,
    async search(query, { mode, chunks }, signal) {
      // A search goes on by words where the embedder is away; a comparison must not. The vector is kept for it.
      if (mode !== 'bm25') await embed(query, signal);
      const { hits, reranker: used } = await search(quiet, seen, requestOf(query, mode, chunks), signal);
      if (mode === 'rerank' && used === null && hits.length > 0) {
        throw new AppError('unavailable', `the passages could not be reranked by ${reranker}`);
      }
      return documentsOf(hits);
    },
  };
}

function requestOf(query: string, mode: string, chunks: number): SearchRequest {
  const request = searchRequestSchema.parse({
    query: 'a query',
    mode: mode === 'rerank' ? 'hybrid' : mode,
    rerank: mode === 'rerank' ? reranker : 'none',
    // Quality is measured at full depth, so that a busy machine does not change the result.
    rerankBudgetMs: null,
    deadlineMs: 60_000,
    // Judgements are of every document, copies too.
    duplicates: 'show',
    k: chunks,
  });
  // Golden queries may be longer than what comes from outside.
  return { ...request, query };
}

function documentsOf(hits: readonly SearchHit[]): readonly FoundDocument[] {
  const best = new Map<string, FoundDocument>();
  for (const { documentId, title, text } of hits) {
    if (best.has(documentId)) continue;
    best.set(documentId, { documentId, title, text: text.slice(0, shownCharacters) });
  }
  return [...best.values()];
}
