import type { estypes } from '@elastic/elasticsearch';
import {
  type AppError,
  type ChunkId,
  type Filter,
  type GenerationRef,
  type RecallLegs,
  type RecallQuery,
  type ScoredChunk,
  weighTerms,
} from '@winnow/core';
import { indexTerm } from '../chunks/chunk-record.ts';
import { type ChunkPlace, type HitName, placeOfChunk, readHitName } from '../chunks/chunk-version.ts';
import type { ReadPorts } from '../chunks/read-document.ts';
import { indexError } from '../connection/index-error.ts';
import type { Query } from '../connection/query.ts';
import { faultOfCause, faultToAppError } from '../connection/server-fault.ts';
import { metaOf } from '../indexes/bring-forward.ts';
import { filterQuery } from './filter-query.ts';

/** One way to look for chunks: the search body of a number of hits, and what a score means. */
export interface RecallLeg {
  readonly name: 'bm25' | 'dense';
  body(size: number): estypes.SearchSearchRequestBody;
  /** The contract's score from the server's. */
  score(serverScore: number): number;
}

/** A hit of one leg, live or not. */
export interface SearchHit extends ScoredChunk, ChunkPlace, HitName {}

/** Candidates for k hits; the server's own default of 1.5 × k loses recall. */
const minCandidates = 200;
const maxCandidates = 10_000;
/** Well below what the server tolerates, well above float32's rounding. */
const unitTolerance = 1e-5;

/** The legs that a query asks for. */
export function legsOf({ terms, vector, filter }: RecallQuery): RecallLeg[] {
  const legs: RecallLeg[] = [];
  if (terms !== null && terms.length > 0) {
    const query = termsQuery(terms, filter);
    legs.push({
      name: 'bm25',
      body: (size) => ({ size, query, track_total_hits: false }),
      score: (serverScore) => serverScore,
    });
  }
  if (vector !== null) {
    const unit = unitVector(vector);
    legs.push({
      name: 'dense',
      body: (size) => ({ size, knn: knnSearch(unit, size, filter), track_total_hits: false }),
      // The server maps a dot product to (1 + dot) / 2.
      score: (serverScore) => 2 * serverScore - 1,
    });
  }
  return legs;
}

export interface SearchPorts extends ReadPorts {
  /** Indexes with chunks that have no name in a column, of before schema 5. */
  readonly nameless: Set<string>;
}

/**
 * Sends the legs as one request. Chunks come by name only: of some two hundred, few are ever read. Where one has no
 * name in its column, asks once more for their `_id`, and from then on for that alone.
 * @throws AppError `invalid_argument` if the query vector has another length than the index' vectors.
 */
export async function searchLegs(
  ports: SearchPorts,
  ref: GenerationRef,
  legs: readonly RecallLeg[],
  size: number,
  signal: AbortSignal,
): Promise<FoundByLeg> {
  const index = ports.names.chunks(ref);
  if (!ports.nameless.has(index)) {
    const found = await searchBy(hitNames, ports, { index, legs, size, signal });
    if (found !== null) return found;
    ports.nameless.add(index);
  }
  const found = await searchBy(documentIds, ports, { index, legs, size, signal });
  if (found === null) throw indexError('internal', 'a hit came without its id');
  return found;
}

type FoundByLeg = Partial<RecallLegs<SearchHit>>;

interface LegsAsked {
  readonly index: string;
  readonly legs: readonly RecallLeg[];
  readonly size: number;
  readonly signal: AbortSignal;
}

/** One way to have hits named. */
interface Naming {
  readonly asked: estypes.SearchSearchRequestBody;
  /** Null if it has no such name. */
  nameOf(hit: estypes.SearchHit<never>): HitName | null;
}

/** Nothing of a hit is unpacked. */
const hitNames: Naming = {
  asked: { stored_fields: '_none_', docvalue_fields: ['hit_name'] },
  nameOf({ fields }) {
    const { hit_name: [name] = [] } = (fields ?? {}) as { readonly hit_name?: readonly string[] };
    return name === undefined ? null : readHitName(name);
  },
};

const documentIds: Naming = {
  asked: { _source: false, docvalue_fields: ['chunk_id'] },
  nameOf({ _id: id, fields }) {
    const { chunk_id: [chunkId] = [] } = (fields ?? {}) as { readonly chunk_id?: readonly ChunkId[] };
    return id === undefined || chunkId === undefined ? null : { id, chunkId };
  },
};

/** @returns null where a hit cannot be named this way. */
async function searchBy(
  { asked, nameOf }: Naming,
  { connection }: ReadPorts,
  { index, legs, size, signal }: LegsAsked,
): Promise<FoundByLeg | null> {
  // The statistics that BM25 weighs terms by are those of all shards together; of one shard, it is asked once anyway.
  const header = { allow_partial_search_results: false, search_type: 'dfs_query_then_fetch' as const };
  const searches = legs.flatMap((leg) => [header, { ...leg.body(size), ...asked }]);
  const answer = await connection.read(
    (client, options) => client.msearch<never>({ index, searches }, options),
    signal,
  );
  const found: { -readonly [Name in RecallLeg['name']]?: readonly SearchHit[] } = {};
  for (const [at, leg] of legs.entries()) {
    const response = answer.responses[at];
    if (response === undefined) throw indexError('internal', 'a search was left without an answer');
    if ('error' in response) throw await searchError(connection, index, leg, size, response);
    const hits: SearchHit[] = [];
    for (const hit of response.hits.hits) {
      const name = nameOf(hit);
      if (name === null) return null;
      if (typeof hit._score !== 'number') throw indexError('internal', 'a hit came without its score');
      hits.push({ ...name, ...placeOfChunk(name.id), score: leg.score(hit._score) });
    }
    found[leg.name] = hits;
  }
  return found;
}

/** BM25 over the terms; one that stands n times in the query counts n-fold. */
function termsQuery(terms: readonly string[], filter: Filter | null): Query {
  const should = weighTerms(terms).terms.map(({ term, weight }) => ({
    term: { terms: { value: indexTerm(term), boost: weight } },
  }));
  return {
    bool: { should, minimum_should_match: 1, ...(filter === null ? {} : { filter: [filterQuery(filter)] }) },
  };
}

/** The vector as numbers, its length made 1 where it is not: the server takes no other. */
function unitVector(vector: Float32Array): number[] {
  const norm = Math.hypot(...vector);
  if (!(norm > 0 && norm < Number.POSITIVE_INFINITY)) {
    throw indexError('invalid_argument', `a query vector of length ${norm} points nowhere`);
  }
  return Math.abs(norm - 1) < unitTolerance ? [...vector] : Array.from(vector, (value) => value / norm);
}

function knnSearch(vector: number[], size: number, filter: Filter | null): estypes.KnnSearch {
  return {
    field: 'vector',
    query_vector: vector,
    k: size,
    num_candidates: Math.min(maxCandidates, Math.max(minCandidates, 2 * size)),
    ...(filter === null ? {} : { filter: filterQuery(filter) }),
  };
}

async function searchError(
  connection: ReadPorts['connection'],
  index: string,
  leg: RecallLeg,
  size: number,
  response: estypes.ErrorResponseBase,
): Promise<AppError> {
  const fault = faultOfCause(response.status ?? 500, response.error);
  if (fault.status === 400 && leg.name === 'dense') {
    const { dimensions } = await metaOf(connection, index);
    const given = vectorLength(leg.body(size));
    if (typeof dimensions === 'number' && dimensions !== given) {
      return indexError(
        'invalid_argument',
        `the query vector has ${given} dimensions, the index has ${dimensions}`,
      );
    }
  }
  return faultToAppError(fault, connection.address);
}

function vectorLength({ knn }: estypes.SearchSearchRequestBody): number {
  return knn instanceof Object && 'query_vector' in knn && Array.isArray(knn.query_vector)
    ? knn.query_vector.length
    : 0;
}
