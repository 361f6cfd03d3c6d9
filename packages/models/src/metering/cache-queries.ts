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
 * A remote embedder that is not asked twice for the vector of a query; the bill says what was spared. Texts of
 * documents are not its business. A local embedder comes back as it is: asking it is cheaper than keeping.
 *
 * @param embedder the metered one, so that what is not in the cache is billed.
 */
export function cacheQueries<Model extends Embedder>(embedder: Model, caching: QueryCaching): Model {
  if (embedder.location === 'local') return embedder;
  return cacheUse(embedder, caching, { purpose: 'query', billedAs: 'embed-query' });
}

/**
 * An embedder for the sentences of an answer's sources, which are the same for one question after the other. A
 * local one remembers them as well: dozens of texts take longer than all the rest of an answer without a chat model.
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
  { cache, provider, bill, purpose }: QueryCaching & { readonly purpose: CallPurpose },
  texts: readonly string[],
  options: EmbedOptions,
): Promise<Embeddings> {
  const { modelId: model } = embedder;
  const keys = texts.map((text) => embeddingKeyOf(embedder.fingerprint, text));
  const known = keys.map((key) => cache.get(key));
  const missing = texts.filter((_, at) => known[at] === null);
  const cached = texts.length - missing.length;
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
