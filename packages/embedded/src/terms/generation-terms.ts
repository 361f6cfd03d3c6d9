import type { Reads } from '../database.ts';
import type { Generation } from '../generations.ts';
import { createPostings, type Postings } from './postings.ts';
import { countPages, findPages, readPostings } from './read-postings.ts';
import { createRoster, type Roster } from './roster.ts';
import { readSegments, type Segments } from './segments.ts';

/** What a term takes beside its postings, roughly. */
const bytesPerTerm = 500;

/** A term that was asked for. */
export interface KnownTerm {
  readonly term: string;
  readonly postings: Postings;
  /** Pages of the index that it stood on when it was first asked for. */
  readonly pages: number;
  /** Its postings are known of the places before. */
  through: number;
}

/**
 * What is kept in memory of a generation's full-text index: which chunks there are, and the postings of terms that were asked for.
 * Everything is as of the current read transaction, for which it reads what came since the last.
 */
export interface GenerationTerms {
  readonly generationId: number;
  readonly roster: Roster;
  readonly bytes: number;
  /** What BM25 reckons with. */
  statistics(generation: Generation): Pick<Segments, 'chunks' | 'terms'>;
  term(generation: Generation, term: string): KnownTerm;
  postingsOf(generation: Generation, known: KnownTerm): Postings;
  /** Forgets the terms that were not asked for longest, down to so many bytes. */
  shrink(bytes: number): void;
}

export function createGenerationTerms(database: Reads, generationId: number): GenerationTerms {
  const roster = createRoster(database);
  /** Least recently asked for first. */
  const terms = new Map<string, KnownTerm>();
  let termBytes = 0;
  let state: { readonly changes: number; readonly segments: Segments } | null = null;
  let behind: { readonly changes: number; readonly through: number; readonly write: number } | null = null;

  const segmentsOf = (generation: Generation): Segments => {
    roster.bringTo(generation);
    if (state?.changes !== generation.changes) {
      state = { changes: generation.changes, segments: readSegments(database, generation.tables) };
    }
    return state.segments;
  };
  /** The number of the first write that put in a chunk at the place, or behind. */
  const writeOf = ({ changes, tables }: Generation, through: number): number => {
    if (behind?.changes !== changes || behind.through !== through) {
      const row = database.get<{ write: number | null }>(
        `SELECT min(origin) AS write FROM ${tables.termSizes} WHERE id >= ?`,
        roster.idAt(through),
      );
      behind = { changes, through, write: row?.write ?? 0 };
    }
    return behind.write;
  };
  const sizeOf = ({ term }: KnownTerm, postingBytes: number) => bytesPerTerm + term.length + postingBytes;
  const forget = (known: KnownTerm, postingBytes: number) => {
    if (terms.get(known.term) !== known) return;
    terms.delete(known.term);
    termBytes -= sizeOf(known, postingBytes);
  };

  return {
    generationId,
    roster,
    get bytes() {
      return roster.bytes + termBytes;
    },
    statistics: segmentsOf,
    term(generation, term) {
      const { segments } = segmentsOf(generation);
      const known = terms.get(term) ?? {
        term,
        postings: createPostings(roster),
        pages: countPages(findPages(database, generation.tables, segments, term)),
        through: 0,
      };
      if (!terms.delete(term)) termBytes += sizeOf(known, known.postings.bytes);
      terms.set(term, known);
      return known;
    },
    postingsOf(generation, known) {
      const { segments } = segmentsOf(generation);
      const { term, postings, through } = known;
      if (through === roster.size) return postings;
      const from = writeOf(generation, through);
      const added = through === 0 ? segments : segments.filter(({ lastWrite }) => lastWrite >= from);
      const pages = findPages(database, generation.tables, added, term);
      const before = postings.bytes;
      try {
        readPostings(database, generation.tables, pages, term, (chunk, count) =>
          postings.add(chunk, count, through),
        );
      } catch (error) {
        // Some are in already, and would be put in again.
        forget(known, before);
        throw error;
      }
      if (terms.get(term) === known) termBytes += postings.bytes - before;
      known.through = roster.size;
      return postings;
    },
    shrink(bytes) {
      for (const known of terms.values()) {
        if (roster.bytes + termBytes <= bytes) return;
        forget(known, known.postings.bytes);
      }
    },
  };
}
