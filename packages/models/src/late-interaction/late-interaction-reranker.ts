import {
  AppError,
  type EmbeddingKey,
  type EmbedOptions,
  embeddingKeyOf,
  nextTurn,
  noModelUsage,
  type Reranker,
  type RerankPassage,
  type TokenEmbedder,
  type TokenEmbeddings,
  type TokenFrequencies,
  type TokenVectors,
} from '@winnow/core';
import { assertTexts } from '../assert-texts.ts';
import { type BitRows, noRows } from './bit-rows.ts';
import { compressedMaxSim } from './compressed-max-sim.ts';
import { compressedRows, compressTokens } from './compressed-tokens.ts';
import { inverseDocumentFrequencies } from './inverse-document-frequency.ts';
import type { TokenVectorCache } from './token-vector-cache.ts';

export interface LateInteractionOptions {
  /** The corpus' own embedder. It is not closed with the reranker. */
  readonly embedder: TokenEmbedder;
  /** Of that embedder. */
  readonly modelId: string;
  /** Of that embedder: with a passage's text, what its token vectors are found by. */
  readonly fingerprint: string;
  /** In how many chunks of the corpus each token stands, in the order asked for. */
  readonly tokenFrequencies: (tokens: readonly string[]) => Promise<TokenFrequencies>;
  /** Those that are kept with the corpus, of all passages in one request; keys without any are left out. */
  readonly tokenVectors: (keys: readonly EmbeddingKey[]) => Promise<ReadonlyMap<EmbeddingKey, TokenVectors>>;
  /** For what had to be computed. */
  readonly cache: TokenVectorCache;
  /** Passages worth scoring; 20 by default. */
  readonly depth?: number;
}

/** Passages worth scoring. */
const defaultDepth = 20;
/**
 * Tokens of a query that are compared with those of the passages: the rarest. Questions have a few dozen; a pasted page
 * has as many as the model reads. So what a search takes is bounded, and a passage takes a millisecond at most.
 */
const maxComparedTokens = 128;

/**
 * Reranks without a model of its own: each token of the query looks for its nearest token in the passage, and
 * rare tokens count more ({@link compressedMaxSim} weighted by {@link inverseDocumentFrequencies}). Special tokens take
 * no part. Scores are to be added to the fused score: alone they order worse than it.
 *
 * Token vectors of passages are those that were kept when they were embedded. Of a passage that has none they are
 * computed, compressed alike, so that its score is the same, and remembered.
 */
export function createLateInteractionReranker(options: LateInteractionOptions): Reranker {
  const { depth = defaultDepth } = options;
  let prepared: { readonly query: string; readonly weighed: Promise<WeighedQuery> } | null = null;

  /** Whatever became of the preparing. */
  async function weighed(query: string, signal: AbortSignal): Promise<WeighedQuery> {
    const early = prepared?.query === query ? await prepared.weighed.catch(() => null) : null;
    return early ?? (await weighedQuery(options, query, signal));
  }

  return {
    modelId: `late-interaction:${options.modelId}`,
    scale: 'relative',
    depth,
    readsTokenVectors: true,
    prepare(query, { signal }) {
      prepared = { query, weighed: weighedQuery(options, query, signal) };
      prepared.weighed.catch(() => {});
    },
    async rerank(query, passages, { signal }) {
      assertTexts(
        passages.map((passage) => passage.text),
        depth,
      );
      // Asked for together; the model takes the query first.
      const [{ tokens: queryTokens, weights }, found] = await Promise.all([
        weighed(query, signal),
        tokenVectorsOf(options, passages, { purpose: 'document', signal }),
      ]);
      const maxSim = compressedMaxSim(queryTokens, weights);
      const scores: number[] = [];
      for (const rows of found.rows) {
        scores.push(maxSim(rows));
        // Others get their turn in between.
        await nextTurn();
        if (signal.aborted) throw AppError.from(signal.reason);
      }
      const usage = {
        ...noModelUsage,
        calls: 1 + found.calls,
        inputTokens: queryTokens.tokens.length + found.inputTokens,
      };
      return { scores, judgements: null, usage, notes: [] };
    },
    async close() {},
  };
}

/** The tokens of a query, and how much each counts. */
interface WeighedQuery {
  readonly tokens: TokenEmbeddings;
  readonly weights: readonly number[];
}

async function weighedQuery(
  { embedder, tokenFrequencies }: LateInteractionOptions,
  query: string,
  signal: AbortSignal,
): Promise<WeighedQuery> {
  const [tokens] = await embedder.embedTokens([query], { purpose: 'query', signal });
  if (tokens === undefined) throw new AppError('internal', 'no token embeddings of the query');
  const frequencies = await tokenFrequencies(tokens.tokens);
  return { tokens, weights: heaviest(inverseDocumentFrequencies(frequencies)) };
}

/** The same weights, but 0 for those beyond the heaviest {@link maxComparedTokens}; the first of equal ones stay. */
function heaviest(weights: readonly number[]): readonly number[] {
  if (weights.length <= maxComparedTokens) return weights;
  const order = weights
    .map((_, index) => index)
    .sort((one, other) => (weights[other] ?? 0) - (weights[one] ?? 0));
  const kept = new Set(order.slice(0, maxComparedTokens));
  return weights.map((weight, index) => (kept.has(index) ? weight : 0));
}

interface FoundTokenVectors {
  /** One per passage. */
  readonly rows: readonly BitRows[];
  /** What it took to compute those that were not kept. */
  readonly calls: number;
  readonly inputTokens: number;
}

/** Kept ones; then those that were computed before; then from the model, equal passages once. */
async function tokenVectorsOf(
  { embedder, fingerprint, tokenVectors, cache }: LateInteractionOptions,
  passages: readonly RerankPassage[],
  embedOptions: EmbedOptions,
): Promise<FoundTokenVectors> {
  const texts = new Map(passages.map(({ text }) => [embeddingKeyOf(fingerprint, text), text]));
  const kept = await tokenVectors([...texts.keys()]);
  const rows = new Map<EmbeddingKey, BitRows>();
  for (const key of texts.keys()) {
    const known = rowsIn(kept.get(key)) ?? cache.get(key);
    if (known !== null) rows.set(key, known);
  }
  const missing = [...texts].filter(([key]) => !rows.has(key));
  let inputTokens = 0;
  if (missing.length > 0) {
    const wanted = missing.map(([, text]) => text);
    const computed = await embedder.embedTokens(wanted, embedOptions);
    for (const [index, [key]] of missing.entries()) {
      const tokens = computed[index];
      if (tokens === undefined) {
        throw new AppError('internal', `${computed.length} token embeddings for ${wanted.length} passages`);
      }
      const own = rowsIn(compressTokens(tokens)) ?? noRows;
      inputTokens += tokens.tokens.length;
      rows.set(key, own);
      cache.set(key, own);
    }
  }
  return {
    rows: passages.map(({ text }) => rows.get(embeddingKeyOf(fingerprint, text)) ?? noRows),
    calls: missing.length > 0 ? 1 : 0,
    inputTokens,
  };
}

function rowsIn(compressed: TokenVectors | undefined): BitRows | null {
  return compressed === undefined ? null : compressedRows(compressed);
}
