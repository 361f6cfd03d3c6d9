import {
  type ChunkId,
  type GenerationRef,
  type RecallHit,
  type RecallLegs,
  type RecallQuery,
  type RecallResult,
  type ScoredChunk,
  type StoredChunk,
  type WantedChunks,
  weighTerms,
} from '@winnow/core';
import { chunkOf } from '../chunks/chunk-record.ts';
import { revisionOfVersion } from '../chunks/chunk-version.ts';
import { idsAround, type Manifest, type Reading, type RecallPorts, startReading } from './read-found.ts';
import { legsOf, type RecallLeg, type SearchHit, searchLegs } from './recall-search.ts';

/** Asked for beyond k, for chunks that turn out not to be live and for ties at the end. */
const spareHits = 20;
/** Most hits that one search gives, and most candidates that kNN takes. */
const maxHits = 10_000;
/** Equal texts have equal vectors; in a longer tie than this, it is the server that chooses. */
const maxTiedHits = 1_000;

/**
 * Searches of one query. The last one leaves out what it cannot tell: of a document that is written all the time
 * a reader sees nothing rather than parts.
 */
const maxSearches = 4;
/**
 * How far apart the clocks of those who write and of those who search may be. Longer ago than this, a document
 * became live before the search began.
 */
const clockToleranceMs = 10_000;

/**
 * Both legs in one request, which gives names only; then in one more the candidates' manifest entries and what is wanted
 * of their chunks. Hits of other versions than the live one are dropped, and a leg that has too few left is asked for
 * more. Where the manifest may have moved between the two, searches once more.
 */
export async function recallChunks(
  ports: RecallPorts,
  ref: GenerationRef,
  query: RecallQuery,
): Promise<RecallResult> {
  let found = await recallOnce(ports, ref, query, new Map());
  for (let searches = 1; found.isUnsettled && searches < maxSearches; searches += 1) {
    found = await recallOnce(ports, ref, query, found.manifest);
  }
  return { ...found.result, termsLeftOut: weighTerms(query.terms ?? []).leftOut };
}

type FoundLegs = RecallLegs<SearchHit>;

interface Recalled {
  readonly result: Omit<RecallResult, 'termsLeftOut'>;
  /** The entries that were read after the search. */
  readonly manifest: Manifest;
  /**
   * One more search may find more. Either a document's old version was found and nothing of its live one: the search
   * came just before the new one was visible and the manifest just after. Or a version was found that became live only
   * while the search ran: whatever a refresh for others had made visible of it by then may be a part. Or a chunk was
   * gone before it was read.
   */
  readonly isUnsettled: boolean;
}

/** @param before entries that were read before this search: the versions that they name were whole when it began. */
async function recallOnce(
  ports: RecallPorts,
  ref: GenerationRef,
  query: RecallQuery,
  before: Manifest,
): Promise<Recalled> {
  const { k, signal } = query;
  const whole = new Date(Date.now() - clockToleranceMs).toISOString();
  const reading = startReading(ports, ref, signal);
  const { manifest } = reading;
  let live: FoundLegs = { bm25: [], dense: [] };
  let isUnsettled = false;
  let size = Math.min(maxHits, k + spareHits);
  let legs = k > 0 ? legsOf(query) : [];
  while (legs.length > 0) {
    const found: FoundLegs = { ...live, ...(await searchLegs(ports, ref, legs, size, signal)) };
    await reading.readHits(found, wantedOf(found, query));
    const isWhole = ({ key, version }: SearchHit) =>
      (manifest.get(key)?.updated_at ?? '') < whole || before.get(key)?.live_version === version;
    const short: RecallLeg[] = [];
    for (const leg of legs) {
      const hits = found[leg.name];
      const current = hits.filter((hit) => isLive(hit, manifest));
      live = { ...live, [leg.name]: current.filter(isWhole) };
      if (live[leg.name].length < current.length) isUnsettled = true;
      if (hits.length === size && wantsMore(hits, current, k)) short.push(leg);
      else isUnsettled ||= hasReplaced(hits, current, manifest);
    }
    legs = short;
    size = Math.min(maxHits, size * 4);
  }
  const best: FoundLegs = { bm25: bestOf(live.bm25, k), dense: bestOf(live.dense, k) };
  const wanted = wantedOf(best, query);
  await reading.readRest(best, wanted);
  const { isComplete, ...result } = resultOf(best, wanted, reading);
  return { result, manifest, isUnsettled: isUnsettled || !isComplete };
}

/** What is wanted of the best hits, by their names alone. */
function wantedOf({ bm25, dense }: FoundLegs, { k, wanted }: RecallQuery): WantedChunks {
  const best = { bm25: distinct(bestOf(bm25, k)), dense: distinct(bestOf(dense, k)) };
  if (wanted !== undefined) return wanted(best);
  const texts = [...best.bm25, ...best.dense].map(({ chunkId }) => chunkId);
  return { texts, around: { of: [], reach: 0 }, tokenVectors: [] };
}

/** Of the versions of a document two may hold the same chunk. */
function distinct(hits: readonly SearchHit[]): readonly ScoredChunk[] {
  return [...new Map(hits.toReversed().map((hit) => [hit.chunkId, hit])).values()].toReversed();
}

/** True where more hits could change the best k: too few of them are live, or a tie goes on past the end. */
function wantsMore(hits: readonly SearchHit[], live: readonly SearchHit[], k: number): boolean {
  if (live.length < k) return hits.length < maxHits;
  return hits.length < maxTiedHits && live[k - 1]?.score === hits.at(-1)?.score;
}

function isLive({ key, version }: SearchHit, manifest: Manifest): boolean {
  return manifest.get(key)?.live_version === version;
}

function hasReplaced(hits: readonly SearchHit[], live: readonly SearchHit[], manifest: Manifest): boolean {
  const found = new Set(live.map(({ key }) => key));
  return hits.some(({ key, version }) => {
    const newer = manifest.get(key)?.live_revision ?? 0;
    return !found.has(key) && newer > revisionOfVersion(version);
  });
}

/** The best k, ties by chunk id. */
function bestOf(hits: readonly SearchHit[], k: number): readonly SearchHit[] {
  return hits.toSorted((a, b) => b.score - a.score || (a.chunkId < b.chunkId ? -1 : 1)).slice(0, k);
}

/**
 * What is wanted of others than the hits is passed over.
 * @returns whether all that is wanted of the hits was still there. A hit of which it was not is left out.
 */
function resultOf(
  best: FoundLegs,
  wanted: WantedChunks,
  { manifest, records }: Pick<Reading, 'manifest' | 'records'>,
): Omit<RecallResult, 'termsLeftOut'> & { readonly isComplete: boolean } {
  const hits = new Map([...best.bm25, ...best.dense].map((hit) => [hit.chunkId, hit]));
  const chunks = new Map<ChunkId, StoredChunk>();
  const gone = new Set<ChunkId>();
  for (const chunkId of wanted.texts) {
    const hit = hits.get(chunkId);
    const record = records.get(hit?.id ?? '');
    if (record !== undefined) chunks.set(chunkId, chunkOf(record));
    else if (hit !== undefined) gone.add(chunkId);
  }
  const around = new Map<ChunkId, readonly StoredChunk[]>();
  for (const chunkId of wanted.around.of) {
    const hit = hits.get(chunkId);
    const ids = hit === undefined ? [] : idsAround(hit, wanted.around.reach, manifest);
    const found = ids.flatMap((id) => records.get(id) ?? []);
    if (found.length === ids.length) around.set(chunkId, found.map(chunkOf));
  }
  const placed = (leg: readonly SearchHit[]): RecallHit[] =>
    leg.flatMap(({ chunkId, score, key, position }) => {
      const documentId = manifest.get(key)?.document_id;
      return documentId === undefined || gone.has(chunkId) ? [] : [{ chunkId, score, documentId, position }];
    });
  return { bm25: placed(best.bm25), dense: placed(best.dense), chunks, around, isComplete: gone.size === 0 };
}
