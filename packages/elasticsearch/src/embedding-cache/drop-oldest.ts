import type { BulkOperation, BulkWriter } from '../bulk/bulk-writer.ts';
import type { Connection } from '../connection/connection.ts';

/** Entries deleted in one round. */
const pageSize = 2_000;

interface DropPorts {
  readonly connection: Connection;
  readonly bulk: BulkWriter;
  readonly index: string;
}

/**
 * Once entries take more than `maxBytes`, deletes the oldest by id until at most `keepBytes` are left. Several
 * processes may do so at once: they delete the same ones.
 *
 * @returns how many were dropped.
 */
export async function dropOldest(
  ports: DropPorts,
  bounds: { readonly maxBytes: number; readonly keepBytes: number },
): Promise<number> {
  let dropped = 0;
  let held = await heldBytes(ports);
  if (held <= bounds.maxBytes) return dropped;
  while (held > bounds.keepBytes) {
    const doomed: string[] = [];
    for (const { id, bytes } of await oldest(ports)) {
      if (held <= bounds.keepBytes) break;
      doomed.push(id);
      held -= bytes;
    }
    if (doomed.length === 0) break;
    const results = await ports.bulk.write(ports.index, doomed.map(deletionOf));
    dropped += results.filter(({ kind }) => kind === 'done').length;
    await refresh(ports);
  }
  return dropped;
}

async function heldBytes(ports: DropPorts): Promise<number> {
  await refresh(ports);
  const { index } = ports;
  const answer = await ports.connection.read((client, options) =>
    client.search<unknown, { held: { value: number } }>(
      { index, size: 0, allow_partial_search_results: false, aggs: { held: { sum: { field: 'bytes' } } } },
      options,
    ),
  );
  return answer.aggregations?.held.value ?? 0;
}

async function oldest({ connection, index }: DropPorts): Promise<readonly { id: string; bytes: number }[]> {
  const answer = await connection.read((client, options) =>
    client.search(
      {
        index,
        size: pageSize,
        sort: [{ put_at: 'asc' }],
        _source: false,
        docvalue_fields: ['bytes'],
        track_total_hits: false,
        allow_partial_search_results: false,
      },
      options,
    ),
  );
  return answer.hits.hits.flatMap(({ _id: id, fields }) => {
    const bytes: unknown = fields?.bytes?.[0];
    return id === undefined || typeof bytes !== 'number' ? [] : [{ id, bytes }];
  });
}

async function refresh({ connection, index }: DropPorts): Promise<void> {
  await connection.read((client, options) => client.indices.refresh({ index }, options));
}

function deletionOf(id: string): BulkOperation {
  return { action: 'delete', lines: `${JSON.stringify({ delete: { _id: id } })}\n` };
}
