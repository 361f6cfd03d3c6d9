import {
  AppError,
  type Bill,
  type CallPurpose,
  type Embedder,
  type Embeddings,
  type EmbedOptions,
  embeddingKeyOf,
  noModelUsage,
} from '@winnow/core';
import { overlay } from './overlay.ts';
import type { QueryCache } from './query-cache.ts';

export interface QueryCaching {
  /** One for the process: embedders share it, each finds only its own vectors. */
  readonly cache: QueryCache;
  readonly provider: string;
  readonly bill: Bill;
}

/**
 * An embedder that is not asked twice for the vector of a query, one after the other or at the same time; the bill says
 * what was spared. Texts of documents are not its business.
 *
 * @param embedder the metered one, so that what is not in the cache is billed.
 */
export function cacheQueries<Model extends Embedder>(embedder: Model, caching: QueryCaching): Model {
  return cacheUse(embedder, caching, { purpose: 'query', billedAs: 'embed-query' });
}

/**
 * An embedder for the sentences of an answer's sources, which are the same for one question after the other.
 *
 * @param embedder the metered one.
 * @param caching with a cache of its own: the same text as a query has another vector.
 */
export function cacheSentences<Model extends Embedder>(embedder: Model, caching: QueryCaching): Model {
  return cacheUse(embedder, caching, { purpose: 'document', billedAs: 'answer' });
}

interface CachedUse {
  readonly purpose: EmbedOptions['purpose'];
  readonly billedAs: CallPurpose;
}

function cacheUse<Model extends Embedder>(embedder: Model, caching: QueryCaching, use: CachedUse): Model {
  return overlay<Embedder, Model>(embedder, {
    embed: (texts, options) =>
      options.purpose === use.purpose
        ? embedCached(embedder, { ...caching, purpose: use.billedAs }, texts, options)
        : embedder.embed(texts, options),
  });
}

async function embedCached(
  embedder: Embedder,
  caching: QueryCaching & { readonly purpose: CallPurpose },
  texts: readonly string[],
  options: EmbedOptions,
): Promise<Embeddings> {
  const { cache, provider, bill, purpose } = caching;
  const { modelId: model } = embedder;
  const keys = texts.map((text) => embeddingKeyOf(embedder.fingerprint, text));
  const known = keys.map((key) => cache.get(key));
  const missing = texts.filter((_, at) => known[at] === null);
  const cached = texts.length - missing.length;
  const [one] = missing;
  if (one !== undefined && texts.length === 1) return await embedOne(embedder, caching, one, options);
  const answer = missing.length === 0 ? null : await embedder.embed(missing, options);
  if (cached > 0) bill.add({ ...noModelUsage, purpose, provider, model, cached, usd: 0 });

  const fresh = (answer?.vectors ?? []).values();
  const vectors = keys.map((key, at) => {
    const vector = known[at] ?? fresh.next().value;
    if (vector === undefined) {
      throw new AppError('unavailable', `${model} answered fewer vectors than the ${missing.length} texts`);
    }
    cache.set(key, vector);
    return vector;
  });
  return { vectors, usage: answer?.usage ?? noModelUsage };
}

/** A text that is not known: whoever asks while it is being embedded waits for the same call. */
async function embedOne(
  embedder: Embedder,
  { cache, provider, bill, purpose }: QueryCaching & { readonly purpose: CallPurpose },
  text: string,
  options: EmbedOptions,
): Promise<Embeddings> {
  const key = embeddingKeyOf(embedder.fingerprint, text);
  const { value, joined } = await cache.underWay.join(key, options.signal, async (signal) => {
    const answer = await embedder.embed([text], { ...options, signal });
    for (const vector of answer.vectors) cache.set(key, vector);
    return answer;
  });
  const vectors = value.vectors.map((vector) => vector.slice());
  if (!joined) return { ...value, vectors };
  bill.add({ ...noModelUsage, purpose, provider, model: embedder.modelId, cached: 1, usd: 0 });
  return { vectors, usage: noModelUsage };
}
