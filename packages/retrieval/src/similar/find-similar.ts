import {
  AppError,
  type Corpus,
  type DocumentId,
  dot,
  type Filter,
  type GenerationRef,
  liveRef,
  type RecallHit,
  type Store,
} from '@winnow/core';
import { documentVectorOf } from '../document-vector.ts';
import { likesVectorOf } from './likes-vector.ts';
import type { SimilarRequest } from './similar-request.ts';
import { spreadOut } from './spread-out.ts';

export interface SimilarHit {
  readonly documentId: DocumentId;
  readonly title: string;
  /** Cosine of the document's vector and the direction of the likes, −1…1. */
  readonly score: number;
}

export interface SimilarResponse {
  /** Best first; of another order where diversity was asked for. None is of the examples. */
  readonly hits: readonly SimilarHit[];
  /** Number of the generation that was looked at. */
  readonly generation: number;
}

type Chunks = Pick<Store, 'chunks'>;

/** A document with the vector that it is compared by. */
interface Placed {
  readonly documentId: DocumentId;
  readonly title: string;
  readonly vector: Float32Array;
}

/** Chunks that are asked for, one after the other while too few documents are among them: examples may be long. */
const legSizes = [200, 1_000, 5_000] as const;
/** Documents that are compared as a whole, for each that is wanted, and at least. */
const poolPerHit = 3;
const leastPool = 50;
/** Documents read at a time. */
const documentsPerRead = 10;

/**
 * Finds documents that are like some and unlike others, by the vectors that the index holds: no model is called.
 * Documents are recalled by their nearest chunk and ordered by their vector as a whole.
 *
 * @param request parsed by `similarRequestSchema`.
 * @throws AppError `not_found` for an example that cannot be found, `failed_precondition` for examples without sound
 * vectors, or such that cancel out.
 */
export async function findSimilar(
  store: Chunks,
  corpus: Corpus,
  request: SimilarRequest,
  signal: AbortSignal,
): Promise<SimilarResponse> {
  const ref = liveRef(corpus);
  const liked = await exampleVectors(store, ref, request.like, signal);
  const unliked = await exampleVectors(store, ref, request.unlike, signal);
  const likes = likesVectorOf(liked, unliked);
  if (likes === null) {
    throw new AppError(
      'failed_precondition',
      'what is liked and what is not cancel out: name other documents',
    );
  }
  const examples = new Set<string>([...request.like, ...request.unlike]);
  const pool = Math.max(leastPool, request.k * poolPerHit);
  const recalled = await nearestDocuments(store, ref, {
    likes,
    examples,
    pool,
    filter: request.filter,
    signal,
  });
  const scored = (await placed(store, ref, recalled, signal))
    .map((document) => ({ ...document, score: dot(document.vector, likes) }))
    .sort((left, right) => right.score - left.score || (left.documentId < right.documentId ? -1 : 1));
  const chosen =
    request.mmr === null ? scored.slice(0, request.k) : spreadOut(scored, request.mmr.lambda, request.k);
  return {
    hits: chosen.map(({ documentId, title, score }) => ({ documentId, title, score })),
    generation: corpus.liveGeneration,
  };
}

async function exampleVectors(
  store: Chunks,
  ref: GenerationRef,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const wanted = [...new Set(ids)] as DocumentId[];
  const found = await placed(store, ref, wanted, signal);
  const missing = wanted.filter((id) => !found.some(({ documentId }) => documentId === id));
  if (missing.length > 0) {
    const named = missing.map((id) => JSON.stringify(id)).join(', ');
    throw new AppError('not_found', `corpus ${ref.corpus} has no searchable document ${named}`);
  }
  return found.map(({ vector }) => vector);
}

/** Those of the documents that are there and have a vector, in the order asked for. */
async function placed(
  { chunks }: Chunks,
  ref: GenerationRef,
  documentIds: readonly DocumentId[],
  signal: AbortSignal,
): Promise<readonly Placed[]> {
  const found: Placed[] = [];
  for (let start = 0; start < documentIds.length; start += documentsPerRead) {
    const page = documentIds.slice(start, start + documentsPerRead);
    for (const { entry, title, chunks: kept } of await chunks.documents(ref, page, signal)) {
      const vector = documentVectorOf(kept.map((chunk) => chunk.vector));
      if (vector !== null) found.push({ documentId: entry.documentId, title, vector });
    }
  }
  return found;
}

interface Nearest {
  readonly likes: Float32Array;
  readonly examples: ReadonlySet<string>;
  readonly pool: number;
  readonly filter: Filter | null;
  readonly signal: AbortSignal;
}

async function nearestDocuments(
  { chunks }: Chunks,
  ref: GenerationRef,
  { likes, examples, pool, filter, signal }: Nearest,
): Promise<readonly DocumentId[]> {
  let documents: readonly DocumentId[] = [];
  for (const k of legSizes) {
    const query = { terms: null, vector: likes, k, filter, signal, wanted: nothing };
    const { dense } = await chunks.recall(ref, query);
    documents = documentsOf(dense).filter((id) => !examples.has(id));
    if (documents.length >= pool || dense.length < k) break;
  }
  return documents.slice(0, pool);
}

/** Of the hits just the documents are looked at. */
const nothing = () => ({ texts: [], around: { of: [], reach: 0 }, tokenVectors: [] });

/** By their nearest chunk. */
function documentsOf(hits: readonly RecallHit[]): readonly DocumentId[] {
  return [...new Set(hits.map(({ documentId }) => documentId))];
}
