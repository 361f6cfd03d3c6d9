import type { EmbeddingKey } from '@winnow/core';

type Vectors = ReadonlyMap<EmbeddingKey, Float32Array>;

/**
 * Which texts some job of this process is having embedded now, so that two jobs that meet the same text do not
 * both pay for it. Jobs of other processes are not known here: they may.
 */
export interface Claims {
  /**
   * Embeds what is missing, once nobody else is at any of it.
   * @param lookUp what is known by now; asked again after somebody else was waited for.
   * @param embed gets what is known; whatever else of the keys it has embedded is claimed meanwhile.
   */
  embedMissing<Result>(
    keys: readonly EmbeddingKey[],
    lookUp: () => Promise<Vectors>,
    embed: (known: Vectors) => Promise<Result>,
  ): Promise<Result>;
}

export function createClaims(): Claims {
  const claimed = new Map<EmbeddingKey, Promise<unknown>>();
  return {
    async embedMissing(keys, lookUp, embed) {
      for (;;) {
        const known = await lookUp();
        const missing = keys.filter((key) => !known.has(key));
        const others = missing.map((key) => claimed.get(key)).filter((other) => other !== undefined);
        if (others.length === 0) return await claiming(missing, () => embed(known));
        await Promise.allSettled(others);
      }
    },
  };

  async function claiming<Result>(
    keys: readonly EmbeddingKey[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const working = work();
    for (const key of keys) claimed.set(key, working);
    try {
      return await working;
    } finally {
      for (const key of keys) claimed.delete(key);
    }
  }
}
