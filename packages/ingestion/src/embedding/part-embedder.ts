import { AppError, type Bill, type Embedder, type EmbeddingKey, runRef } from '@winnow/core';
import { placesOfVectors } from '../generations/places-of-vectors.ts';
import type { BundlePart } from '../lanes/blobs/bundle-part.ts';
import type { PartVectors } from '../lanes/blobs/part-vectors.ts';
import type { IngestPorts } from '../ports.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { from } from '../waiting/with-patience.ts';
import { createClaims } from './claims.ts';
import { embedPart } from './embed-part.ts';
import { knownTokenVectors, knownVectors, noteCached, vectorsToReuse } from './known-vectors.ts';

/** What a part is embedded with, and for whom. */
interface PartRequest {
  readonly part: BundlePart;
  /** Of the part's chunks, in order. */
  readonly keys: readonly EmbeddingKey[];
  readonly target: RunningRun;
  readonly embedder: Embedder;
  readonly bill: Bill;
  /** Told of the tokens before they are sent; throws where the run has no budget for them. */
  readonly reserve: (tokens: number) => Promise<void>;
  readonly signal: AbortSignal;
}

export type PartEmbedder = (request: PartRequest) => Promise<PartVectors>;

/**
 * Embeds parts without doing anything twice: what index or cache know is taken from there. Vectors of a remote
 * model go into the cache call by call, so that a failed job repeats only the calls that failed, and no two
 * jobs of this process have the same text embedded.
 */
export function createPartEmbedder(ports: IngestPorts): PartEmbedder {
  const claims = createClaims();
  return async ({ part, keys, target: { run, corpus, generation }, embedder, bill, reserve, signal }) => {
    const places = placesOfVectors(corpus, runRef(run), embedder);
    if (embedder.location === 'local') {
      const { vectors } = await from('index', knownVectors(ports, places, keys, embedder));
      const knownOfTokens = knownTokenVectors(ports, places, vectors.keys(), embedder);
      const tokenVectors = await from('index', knownOfTokens);
      const reused = vectorsToReuse(vectors, tokenVectors, generation, embedder);
      const options = { embedder, knownTokenVectors: tokenVectors, reserve, keep: async () => {}, signal };
      return await embedPart(part, keys, reused, options);
    }
    let cached = 0;
    const lookUp = async () => {
      const known = await from('index', knownVectors(ports, places, keys, embedder));
      cached = known.cached;
      return known.vectors;
    };
    const embedded = await claims.embedMissing(keys, lookUp, (known) =>
      embedPart(part, keys, known, { embedder, reserve, keep: (vectors) => keep(ports, vectors), signal }),
    );
    noteCached(bill, embedder, cached);
    return embedded;
  };
}

/** A cache that cannot be written to must not fail a job whose vectors are there and paid for. */
async function keep(
  { embeddingCache, log }: IngestPorts,
  vectors: ReadonlyMap<EmbeddingKey, Float32Array>,
): Promise<void> {
  try {
    await embeddingCache.put(vectors);
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    log.warn({ event: 'vectors-not-cached', count: vectors.size, code, message });
  }
}
