import type { GenerationRef } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import type { IndexNames } from '../indexes/names.ts';

interface CompactPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
}

/**
 * Segments of a shard that are left. Each is searched by itself, and one below 10,000 vectors as a whole: of 100,000 chunks in 27
 * segments, a search is a fifth quicker in five, and little more in one (docs/benchmarks.md, Full mode).
 */
const fewSegments = 5;
/** Fewer than this are left as they are. */
const manySegments = 12;
/** Elasticsearch merges larger ones only once half of them is deleted: none is made of that size. */
const bytesOfSegment = 2.5 * 1024 ** 3;

/**
 * Has the server put the segments of a chunk index together, where there are many, and does not wait for it. What is
 * searched meanwhile is what was there before.
 */
export async function compactChunks({ connection, names }: CompactPorts, ref: GenerationRef): Promise<void> {
  const index = names.chunks(ref);
  const { indices = {} } = await connection.read((client, options) =>
    client.indices.stats({ index, metric: ['segments', 'store'], level: 'shards' }, options),
  );
  const shards = Object.values(indices).flatMap((each) => Object.values(each.shards ?? {}).flat());
  const large = Math.max(0, ...shards.map(({ store }) => store?.size_in_bytes ?? 0)) / bytesOfSegment;
  const wanted = fewSegments + Math.floor(large);
  const most = Math.max(0, ...shards.map(({ segments }) => segments?.count ?? 0));
  if (most < manySegments + Math.floor(large)) return;
  await connection.write((client, options) =>
    client.indices.forcemerge({ index, max_num_segments: wanted, wait_for_completion: false }, options),
  );
}
