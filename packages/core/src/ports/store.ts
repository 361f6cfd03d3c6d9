import type { Corpus } from '../corpus.ts';
import type { Generation } from '../generation.ts';
import type { CorpusName, GenerationRef, PhysicalName, RunId } from '../ids.ts';
import type { Run } from '../run.ts';
import type { ChunkIndex } from './chunk-index.ts';
import type { ContentStore } from './content-store.ts';
import type { KeptWithCorpus } from './kept-with-corpus.ts';
import type { Manifest } from './manifest.ts';

/**
 * Everything durable of Winnow behind one port: corpora and what is kept beside them, runs, manifest and chunks. Two
 * adapters, one SQLite file and Elasticsearch, pass one conformance suite (`testkit`).
 *
 * Every method throws AppError: `unavailable` or `deadline_exceeded` where the backend does not answer,
 * `resource_exhausted` where it is full, `failed_precondition` where its data do not fit.
 */
export interface Store extends KeptWithCorpus {
  readonly kind: 'embedded' | 'elasticsearch';
  readonly corpora: CorpusStore;
  readonly runs: RunStore;
  readonly manifest: Manifest;
  readonly chunks: ChunkIndex;
  /** Documents that were pushed; they go with the corpus whose source they are. */
  readonly contents: ContentStore;
  /** Resolves if the backend answers and has a version we work with. */
  check(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface CorpusStore {
  /**
   * Makes the places of the corpus' generations ready to be written and read, then keeps the corpus. A create that
   * is broken off leaves nothing that would be in the way of the next one.
   * @throws AppError `failed_precondition` if the name is taken.
   */
  create(corpus: Corpus): Promise<void>;
  /** @returns null if there is none. */
  get(name: CorpusName): Promise<Corpus | null>;
  /** Ordered by name. */
  list(): Promise<readonly Corpus[]>;
  /**
   * Changes a corpus by compare-and-set, reading again where another writer came first.
   * @param change gets the corpus as it is; returns null to leave it so. May be called more than once.
   * @returns the corpus as it now is.
   * @throws AppError `not_found` if it is gone, or another corpus has the name by now.
   */
  update(
    corpus: Pick<Corpus, 'name' | 'corpusId'>,
    change: (corpus: Corpus) => Corpus | null,
  ): Promise<Corpus>;
  /**
   * Removes the corpus with its generations, manifests and runs, and whatever is kept beside it. Not there: nothing
   * happens. One that is broken off is made an end of by the next; until then the corpus says since when it is being
   * deleted.
   */
  delete(name: CorpusName): Promise<void>;
  /**
   * Removes places of generations that a create made and that no corpus has, where the create was broken off longer
   * ago than this.
   * @returns what was removed.
   */
  removeLeftovers(options: {
    readonly olderThanMs: number;
    readonly signal: AbortSignal;
  }): Promise<readonly PhysicalName[]>;
  /** Makes the place of a further generation ready to be written and read. Safe to repeat. */
  prepareGeneration(corpus: Corpus, generation: Generation): Promise<void>;
  /**
   * Makes everything that was written to a generation visible, and its place fit for readers: what `commit` leaves
   * out where nobody reads. Safe to repeat.
   */
  publishGeneration(ref: GenerationRef): Promise<void>;
  /** Removes what a generation holds, in steps that block nobody for long. Not there: nothing happens. */
  dropGeneration(ref: GenerationRef, signal: AbortSignal): Promise<void>;
}

export interface RunStore {
  create(run: Run): Promise<void>;
  get(runId: RunId): Promise<Run | null>;
  /**
   * Changes a run by compare-and-set, reading again where another writer came first.
   * @param change gets the run as it is; returns null to leave it so. May be called more than once.
   * @returns the run as it now is.
   * @throws AppError `not_found`.
   */
  update(runId: RunId, change: (run: Run) => Run | null): Promise<Run>;
  /** Newest first. */
  list(corpus: CorpusName, limit: number): Promise<readonly Run[]>;
  /** Runs that are planning or running, of any corpus, oldest first. */
  active(): Promise<readonly Run[]>;
}
