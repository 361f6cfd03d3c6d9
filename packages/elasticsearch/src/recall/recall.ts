import {
  type ChunkId,
  type DocumentKey,
  type GenerationRef,
  type RecallHit,
  type RecallQuery,
  type RecallResult,
  type StoredChunk,
  weighTerms,
} from '@winnow/core';
import { type ChunkRecord, chunkOf } from '../chunks/chunk-record.ts';
import { revisionOfVersion } from '../chunks/chunk-version.ts';
import type { ReadPorts } from '../chunks/read-document.ts';
import type { LiveRecord } from '../manifest/manifest-record.ts';
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
 * Both legs in one request, then the candidates' manifest entries in one: hits of other versions than the
 * live one are dropped, and a leg that has too few left is asked for more. Where the manifest may have moved
 * between the two, searches once more.
 */
export async function recallChunks(
  ports: ReadPorts,
  ref: GenerationRef,
  query: RecallQuery,
): Promise<RecallResult> {
  const chunks = new Map<ChunkId, StoredChunk>();
  let found = await recallOnce(ports, ref, query, new Map());
  for (let searches = 1; found.isUnsettled && searches < maxSearches; searches += 1) {
    found = await recallOnce(ports, ref, query, found.manifest);
  }
  const { bm25, dense } = found;
  return {
    bm25: ranked(bm25, query.k, chunks),
    dense: ranked(dense, query.k, chunks),
    chunks,
    termsLeftOut: weighTerms(query.terms ?? []).leftOut,
  };
}

type Manifest = ReadonlyMap<DocumentKey, LiveRecord>;

interface LiveHits {
  readonly bm25: readonly SearchHit[];
  readonly dense: readonly SearchHit[];
  /** The entries that were read after the search. */
  readonly manifest: Manifest;
  /**
   * One more search may find more. Either a document's old version was found and nothing of its live one: the search
   * came just before the new one was visible and the manifest just after. Or a version was found that became live only
   * while the search ran: whatever a refresh for others had made visible of it by then may be a part.
   */
  readonly isUnsettled: boolean;
}

/** @param before entries that were read before this search: the versions that they name were whole when it began. */
async function recallOnce(
  ports: ReadPorts,
  ref: GenerationRef,
  query: RecallQuery,
  before: Manifest,
): Promise<LiveHits> {
  const whole = new Date(Date.now() - clockToleranceMs).toISOString();
  const live: Record<RecallLeg['name'], readonly SearchHit[]> = { bm25: [], dense: [] };
  const entries = new Map<DocumentKey, LiveRecord>();
  let isUnsettled = false;
  let size = Math.min(maxHits, query.k + spareHits);
  let legs = query.k > 0 ? legsOf(query) : [];
  while (legs.length > 0) {
    const found = await searchLegs(ports, ref, legs, size, query.signal);
    const keys = [...found.values()].flat().map(({ record }) => record.document_key);
    const manifest = await ports.table.readLive(ports.names.manifest(ref), keys, query.signal);
    for (const [key, entry] of manifest) entries.set(key, entry);
    const isWhole = ({ document_key: key, version }: ChunkRecord) =>
      (manifest.get(key)?.updated_at ?? '') < whole || before.get(key)?.live_version === version;
    const short: RecallLeg[] = [];
    for (const leg of legs) {
      const hits = found.get(leg.name) ?? [];
      const current = hits.filter(({ record }) => isLive(record, manifest));
      live[leg.name] = current.filter(({ record }) => isWhole(record));
      if (live[leg.name].length < current.length) isUnsettled = true;
      if (hits.length === size && wantsMore(hits, current, query.k)) short.push(leg);
      else isUnsettled ||= hasReplaced(hits, current, manifest);
    }
    legs = short;
    size = Math.min(maxHits, size * 4);
  }
  return { ...live, manifest: entries, isUnsettled };
}

/** True where more hits could change the best k: too few of them are live, or a tie goes on past the end. */
function wantsMore(hits: readonly SearchHit[], live: readonly SearchHit[], k: number): boolean {
  if (live.length < k) return hits.length < maxHits;
  return hits.length < maxTiedHits && live[k - 1]?.score === hits.at(-1)?.score;
}

function isLive(record: ChunkRecord, manifest: Manifest): boolean {
  return manifest.get(record.document_key)?.live_version === record.version;
}

function hasReplaced(hits: readonly SearchHit[], live: readonly SearchHit[], manifest: Manifest): boolean {
  const found = new Set(live.map(({ record }) => record.document_key));
  return hits.some(({ record }) => {
    const newer = manifest.get(record.document_key)?.live_revision ?? 0;
    return !found.has(record.document_key) && newer > revisionOfVersion(record.version);
  });
}

/** The best k, ties by chunk id; notes their chunks. */
function ranked(hits: readonly SearchHit[], k: number, chunks: Map<ChunkId, StoredChunk>): RecallHit[] {
  const best = hits
    .toSorted((a, b) => b.score - a.score || (a.record.chunk_id < b.record.chunk_id ? -1 : 1))
    .slice(0, k);
  for (const { record } of best) {
    if (!chunks.has(record.chunk_id)) chunks.set(record.chunk_id, chunkOf(record));
  }
  return best.map(({ record, score }) => ({ chunkId: record.chunk_id, score }));
}
