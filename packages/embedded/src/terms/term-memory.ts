import type { Reads } from '../database.ts';
import type { Generation } from '../generations.ts';
import { createGenerationTerms, type GenerationTerms } from './generation-terms.ts';

/** What searching by terms keeps in memory of all generations that are searched. */
export interface TermMemory {
  of(generation: Generation): GenerationTerms;
  /** Forgets what was not asked for longest until the rest is within bounds. */
  shrink(): void;
  /** Told of chunks that a commit removed; it need not be told of all. */
  follow(change: { readonly generationId: number; readonly removed: readonly number[] }): void;
  drop(generationId: number): void;
}

/** @param maxBytes above it, the chunks of the generation that was searched last are kept all the same. */
export function createTermMemory(database: Reads, maxBytes: number): TermMemory {
  /** Least recently used first. */
  const known = new Map<number, GenerationTerms>();
  return {
    of(generation) {
      const before = known.get(generation.id);
      const terms =
        before === undefined || before.roster.isSparse
          ? createGenerationTerms(database, generation.id)
          : before;
      known.delete(generation.id);
      known.set(generation.id, terms);
      return terms;
    },
    shrink() {
      let left = maxBytes;
      const [latest, ...others] = [...known].reverse();
      latest?.[1].shrink(left);
      left -= latest?.[1].bytes ?? 0;
      for (const [id, terms] of others) {
        terms.shrink(Math.max(0, left));
        left -= terms.bytes;
        if (left < 0) known.delete(id);
      }
    },
    follow({ generationId, removed }) {
      known.get(generationId)?.roster.remove(removed);
    },
    drop(generationId) {
      known.delete(generationId);
    },
  };
}
