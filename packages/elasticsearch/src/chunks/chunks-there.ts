import type { GenerationRef } from '@winnow/core';
import { missingItemError } from '../connection/server-fault.ts';
import { routingOf } from './chunk-version.ts';
import type { ReadPorts } from './read-document.ts';

/** Which of some chunks are there at this moment, whatever a search still finds. */
export async function chunksThere(
  { connection, names }: ReadPorts,
  ref: GenerationRef,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const index = names.chunks(ref);
  const docs = ids.map((_id) => ({ _id, routing: routingOf(_id), _source: false }));
  const answer = await connection.read((client, options) => client.mget({ index, docs }, options));
  const there = new Set<string>();
  for (const doc of answer.docs) {
    if ('error' in doc) throw missingItemError(doc.error, index, connection.address);
    if (doc.found) there.add(doc._id);
  }
  return there;
}
