import type { estypes } from '@elastic/elasticsearch';
import type { ChunkId, DocumentKey, GenerationRef, RecallLegs, WantedChunks } from '@winnow/core';
import { type ChunkRecord, chunkFields } from '../chunks/chunk-record.ts';
import { type ChunkPlace, chunkDocumentId, routingOf } from '../chunks/chunk-version.ts';
import { missingItemError } from '../connection/server-fault.ts';
import { type LiveRecord, liveFields } from '../manifest/manifest-record.ts';
import type { SearchHit, SearchPorts } from './recall-search.ts';
import type { RecentEntries } from './recent-entries.ts';
import type { RecentTokenVectors } from './recent-token-vectors.ts';

/** What recall works with. */
export interface RecallPorts extends SearchPorts {
  readonly tokenVectors: RecentTokenVectors;
  readonly entries: RecentEntries;
}

export type Manifest = ReadonlyMap<DocumentKey, LiveRecord>;

/** What was read of what a search has found. */
export interface Reading {
  readonly manifest: Manifest;
  /** By `_id`; those that were there when they were asked for. */
  readonly records: ReadonlyMap<string, ChunkRecord>;
  /** Reads the newest entries of the hits' documents, and what is wanted of their chunks, all at once. */
  readHits(found: RecallLegs<SearchHit>, wanted: WantedChunks): Promise<void>;
  /** Reads what is wanted of the hits' chunks and was not asked for yet. */
  readRest(found: RecallLegs<SearchHit>, wanted: WantedChunks): Promise<void>;
}

/** Entries and chunks got in one request. */
const pageSize = 500;

/** Starts with nothing read. */
export function startReading(ports: RecallPorts, ref: GenerationRef, signal: AbortSignal): Reading {
  const manifest = new Map<DocumentKey, LiveRecord>();
  const records = new Map<string, ChunkRecord>();
  const asked = new Set<string>();
  const chunkIndex = ports.names.chunks(ref);
  const manifestIndex = ports.names.manifest(ref);

  async function readPage(page: readonly Item[]): Promise<void> {
    const { connection } = ports;
    const answer = await connection.read(
      (client, options) =>
        // Most are entries that are asked which write they are: what they have in common is said once.
        client.mget<LiveRecord | ChunkRecord>(
          { index: manifestIndex, _source: false, docs: [...page] },
          options,
        ),
      signal,
    );
    const unknown: Item[] = [];
    for (const [at, doc] of answer.docs.entries()) {
      if ('error' in doc) {
        throw missingItemError(doc.error, page[at]?._index ?? manifestIndex, connection.address);
      }
      if (page[at]?._index === chunkIndex) {
        if (doc._source !== undefined) records.set(doc._id, doc._source as ChunkRecord);
        continue;
      }
      const entry = ports.entries.entryIn(doc as estypes.GetGetResult<LiveRecord>);
      if (entry === 'unknown') unknown.push({ _id: doc._id, _source: [...liveFields] });
      else if (entry !== null) manifest.set(entry.document_key, entry);
    }
    if (unknown.length > 0) await readPage(unknown);
  }

  async function readItems(items: readonly Item[]): Promise<void> {
    for (let at = 0; at < items.length; at += pageSize) await readPage(items.slice(at, at + pageSize));
  }

  function chunkItems(hits: HitsByChunk, wanted: WantedChunks): readonly Item[] {
    const ids = idsWanted(hits, wanted, manifest).filter((id) => !asked.has(id));
    for (const id of ids) asked.add(id);
    return Array.from(new Set(ids), (id) => chunkItem(chunkIndex, id));
  }

  return {
    manifest,
    records,
    async readHits(found, wanted) {
      const hits = hitsByChunk(found);
      const keys = new Set([...found.bm25, ...found.dense].map(({ key }) => key));
      const entries = Array.from(keys, (key) => {
        const fields = ports.entries.fieldsFor(manifestIndex, key);
        return fields === false ? { _id: key } : { _id: key, _source: fields };
      });
      const withTokens = wanted.tokenVectors.flatMap((chunkId) => hits.get(chunkId) ?? []);
      const ids = new Set(withTokens.map(({ id }) => id));
      await Promise.all([
        readItems([...entries, ...chunkItems(hits, wanted)]),
        ports.tokenVectors.fetch(ref, [...ids], signal),
      ]);
    },
    readRest: (found, wanted) => readItems(chunkItems(hitsByChunk(found), wanted)),
  };
}

/** `_id` of a hit and of what stands around it, by position; as far as its document goes, where that is known. */
export function idsAround(
  { key, version, position }: ChunkPlace,
  reach: number,
  manifest: Manifest,
): readonly string[] {
  const entry = manifest.get(key);
  const end = entry?.live_version === version ? entry.chunk_count : Number.POSITIVE_INFINITY;
  const first = Math.max(0, position - reach);
  const count = Math.min(end, position + reach + 1) - first;
  return Array.from({ length: Math.max(0, count) }, (_, at) => chunkDocumentId(key, version, first + at));
}

function idsWanted(
  hits: HitsByChunk,
  { texts, around }: WantedChunks,
  manifest: Manifest,
): readonly string[] {
  const hitsOf = (chunkIds: readonly ChunkId[]) => chunkIds.flatMap((chunkId) => hits.get(chunkId) ?? []);
  return [
    ...hitsOf(texts).map(({ id }) => id),
    ...hitsOf(around.of).flatMap((hit) => idsAround(hit, around.reach, manifest)),
  ];
}

/** Two versions of a document may hold the same chunk: before it is known which one is live, both are read. */
type HitsByChunk = ReadonlyMap<ChunkId, readonly SearchHit[]>;

function hitsByChunk({ bm25, dense }: RecallLegs<SearchHit>): HitsByChunk {
  return Map.groupBy([...bm25, ...dense], ({ chunkId }) => chunkId);
}

/** One item of a multi-get: of the manifest's index and without its source, unless it says otherwise. */
interface Item {
  readonly _index?: string;
  readonly _id: string;
  readonly routing?: string;
  readonly _source?: string[];
}

function chunkItem(index: string, id: string): Item {
  return { _index: index, _id: id, routing: routingOf(id), _source: [...chunkFields] };
}
