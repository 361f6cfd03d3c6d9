import type { GoldenQuery } from '../golden.ts';
import type { CorpusId, CorpusName } from '../ids.ts';
import type { QualityResult } from '../quality.ts';
import type { QueryRecord } from '../query-record.ts';
import type { Schedule } from '../schedule.ts';

/**
 * Schedules, by the name of their corpus. All four of these go when their corpus is deleted.
 *
 * A schedule belongs to the corpus that has its name and its id. One that an earlier corpus of the name has left is
 * nobody's: no method gives or changes it.
 */
export interface ScheduleStore {
  /** @returns null if there is none. */
  get(corpus: CorpusName): Promise<Schedule | null>;
  /** Ordered by corpus. */
  list(): Promise<readonly Schedule[]>;
  /**
   * Keeps a schedule in place of the one that its corpus has, if any.
   * @throws AppError `not_found` if its corpus is gone, or going.
   */
  set(schedule: Schedule): Promise<void>;
  /**
   * Changes a schedule by compare-and-set, reading again where another writer came first.
   * @param change gets the schedule as it is; returns null to leave it so. May be called more than once.
   * @returns the schedule as it now is; null if there is none.
   */
  update(corpus: CorpusName, change: (schedule: Schedule) => Schedule | null): Promise<Schedule | null>;
  /** @returns whether there was one. */
  remove(corpus: CorpusName): Promise<boolean>;
}

/** Golden queries, by the id of their set: written whole before their corpus names it, and removed after. */
export interface GoldenStore {
  /**
   * Adds queries to a set; one whose id is in it already changes nothing. Broken off, it is made again.
   * @throws AppError `not_found` if their corpus is gone, or going.
   */
  add(corpusId: CorpusId, setId: string, queries: readonly GoldenQuery[]): Promise<void>;
  /** Ordered by query id, by code point. Includes every finished write. */
  list(corpusId: CorpusId, setId: string): AsyncIterable<GoldenQuery>;
  /** Removes every set of the corpus but this one; null: every set. */
  keepOnly(corpusId: CorpusId, setId: string | null): Promise<void>;
}

/** Searches of corpora that record them. */
export interface QueryLog {
  /** The same query again changes nothing. Those of a corpus that is gone, or going, are not kept. */
  record(queries: readonly QueryRecord[]): Promise<void>;
  /** Newest first; at most 10,000. Includes every finished write. */
  recent(corpusId: CorpusId, limit: number): Promise<readonly QueryRecord[]>;
  /** @returns null if there is none, any more. */
  get(corpusId: CorpusId, queryId: string): Promise<QueryRecord | null>;
  /** Forgets searches of before this time (ISO 8601, UTC), in steps that block nobody for long. */
  forget(corpusId: CorpusId, before: string): Promise<void>;
}

/** Results of golden queries over time. */
export interface QualityHistory {
  /**
   * The same result again changes nothing.
   * @throws AppError `not_found` if its corpus is gone, or going.
   */
  add(result: QualityResult): Promise<void>;
  /** Newest first; at most 10,000. Includes every finished write. */
  list(corpusId: CorpusId, limit: number): Promise<readonly QualityResult[]>;
}

/** What is kept of a corpus besides its documents. */
export interface KeptWithCorpus {
  readonly schedules: ScheduleStore;
  readonly golden: GoldenStore;
  readonly queryLog: QueryLog;
  readonly quality: QualityHistory;
}
