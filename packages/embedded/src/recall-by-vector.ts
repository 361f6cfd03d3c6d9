import { AppError, type Filter, type GenerationRef } from '@winnow/core';
import type { AllowedCache } from './allowed-documents.ts';
import type { Reads } from './database.ts';
import { type Generation, generationOf } from './generations.ts';
import type { RowHit } from './row-hit.ts';
import { searchStored } from './search-stored.ts';
import { together } from './together.ts';
import type { SoughtVector } from './vector-blocks.ts';
import type { VectorCaches } from './vector-caches.ts';

/** A search by vector. */
interface AskedVector extends SoughtVector {
  readonly ref: GenerationRef;
  readonly filter: Filter | null;
}

interface PreparedVector {
  /** The best `k` chunks by inner product, best first, and all that tie with the last of them, as of the current read transaction. */
  best(generation: Generation): readonly RowHit[];
}

export type PrepareVector = (asked: AskedVector) => Promise<PreparedVector>;

interface VectorContext {
  readonly database: Reads;
  readonly caches: VectorCaches;
  readonly allowedCache: AllowedCache;
}

/**
 * Looks for what may be nearest before a search is put together, for all searches of a generation that wait for it in one
 * pass over its vectors. What is committed after that is looked for when a search is put together.
 */
export function createPrepareVector({ database, caches, allowedCache }: VectorContext): PrepareVector {
  const nearest = (generation: Generation, asked: readonly AskedVector[]) => {
    const byFilter = Map.groupBy(asked, ({ filter }) => allowedCache.of(generation, filter));
    const found = [...byFilter].flatMap(([allowed, group]) => {
      const chunks = caches.nearest(generation, group, allowed);
      return group.map((one, index) => [one, chunks[index] ?? []] as const);
    });
    return new Map(found);
  };
  const nearestOfAll = together(
    ({ ref }: AskedVector) => ref.physicalName,
    (asked) =>
      database.read(() => {
        const [first] = asked;
        if (first === undefined) return [];
        const generation = generationOf(database, first.ref);
        const found = nearest(generation, asked);
        return asked.map((one) => ({ generation, chunks: found.get(one) ?? [] }));
      }),
  );
  return async (asked) => {
    if (asked.k < 1) return { best: () => [] };
    requireDimensions(asked.query, generationOf(database, asked.ref));
    const { generation: then, chunks } = await nearestOfAll(asked);
    return {
      best(generation) {
        const isSame = generation.id === then.id && generation.changes === then.changes;
        const rows = isSame ? chunks : (nearest(generation, [asked]).get(asked) ?? []);
        return searchStored(database, generation, rows, asked.query, asked.k);
      },
    };
  };
}

function requireDimensions({ length }: Float32Array, { dimensions }: Generation): void {
  if (length === dimensions) return;
  throw new AppError('invalid_argument', `the query vector has ${length} numbers, the index ${dimensions}`);
}
