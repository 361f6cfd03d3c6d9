import type { Reads } from './database.ts';
import type { Generation } from './generations.ts';

/** Terms remembered per generation. */
const maxTerms = 20_000;

/** In how many chunks terms stand. Counting walks through a term's postings, so counts are remembered. */
export interface TermCounts {
  of(generation: Generation, term: string): number;
  drop(generationId: number): void;
}

export function createTermCounts(database: Reads): TermCounts {
  const known = new Map<number, { readonly changes: number; readonly counts: Map<string, number> }>();

  const countsOf = (generation: Generation): Map<string, number> => {
    const current = known.get(generation.id);
    if (current?.changes === generation.changes && current.counts.size < maxTerms) return current.counts;
    const counts = new Map<string, number>();
    known.set(generation.id, { changes: generation.changes, counts });
    return counts;
  };

  return {
    of(generation, term) {
      const counts = countsOf(generation);
      const remembered = counts.get(term);
      if (remembered !== undefined) return remembered;
      const { termCounts } = generation.tables;
      const row = database.get<{ doc: number }>(`SELECT doc FROM ${termCounts} WHERE term = ?`, term);
      counts.set(term, row?.doc ?? 0);
      return row?.doc ?? 0;
    },
    drop(generationId) {
      known.delete(generationId);
    },
  };
}
