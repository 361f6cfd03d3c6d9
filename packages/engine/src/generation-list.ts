import {
  AppError,
  type Chunking,
  type Corpus,
  emptyTally,
  type Generation,
  type GenerationRef,
  type GenerationState,
  generationRef,
  type Store,
  type Tally,
  type VerificationReport,
} from '@winnow/core';

export interface GenerationList {
  /** Oldest first. */
  readonly generations: readonly GenerationLine[];
  readonly live: number;
}

export interface GenerationLine {
  readonly generation: number;
  readonly state: GenerationState;
  readonly embedder: string;
  readonly dimensions: number;
  readonly chunking: Chunking;
  /** Documents that can be found. */
  readonly documents: number;
  readonly chunks: number;
  /** Documents that are still to be made searchable. */
  readonly pending: number;
  readonly createdAt: string;
  readonly promotedAt: string | null;
  readonly expiresAt: string | null;
  readonly report: VerificationReport | null;
}

type Listing = Pick<Store, 'manifest'>;

/** The generations of a corpus, without those that are being given up. */
export async function listGenerations(store: Listing, corpus: Corpus): Promise<GenerationList> {
  const kept = corpus.generations.filter(({ state }) => state !== 'dropped');
  const generations = await Promise.all(kept.map((generation) => lineOf(store, corpus, generation)));
  return { generations, live: corpus.liveGeneration };
}

async function lineOf(store: Listing, corpus: Corpus, generation: Generation): Promise<GenerationLine> {
  const tally = await tallyOf(store, generationRef(corpus, generation));
  const { number, state, embedder, dimensions, chunking, createdAt, promotedAt, expiresAt, report } =
    generation;
  return {
    generation: number,
    state,
    embedder,
    dimensions,
    chunking,
    documents: tally.searchable,
    chunks: tally.chunks,
    pending: tally.pending,
    createdAt,
    promotedAt,
    expiresAt,
    report,
  };
}

/** A generation is named before its place is made, and for as long as it takes to remove that. */
async function tallyOf({ manifest }: Listing, ref: GenerationRef): Promise<Tally> {
  try {
    return await manifest.tally(ref);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code !== 'not_found') throw error;
    return emptyTally;
  }
}
