import { type Corpus, type CorpusId, type CorpusName, type PhysicalName, physicalNameOf } from '@winnow/core';
import type { Connection } from '../connection/connection.ts';
import { isThere } from './ensure-index.ts';
import { dropGeneration } from './generation-indexes.ts';
import type { IndexNames } from './names.ts';

export interface LeftoverPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
  /** The record as it is at this moment, whatever a search finds; null where there is none. */
  readonly read: (name: CorpusName) => Promise<Corpus | null>;
}

/** A generation's indexes, as their names tell it. */
interface Place {
  readonly corpus: CorpusName;
  readonly corpusId: CorpusId;
  readonly generation: number;
  readonly physicalName: PhysicalName;
  /** Of the younger of its indexes, in ms since 1970. */
  readonly madeAtMs: number;
}

/**
 * Removes indexes that a create made whose process died before it kept the corpus. Three things must hold, in this
 * order: they are older than that, their corpus is in no record, and nothing was ever kept in them. Where no corpora
 * were kept at all, nothing is removed: their index may be away, and come back from a snapshot.
 * @returns what was removed.
 */
export async function removeLeftovers(
  ports: LeftoverPorts,
  { olderThanMs, signal }: { readonly olderThanMs: number; readonly signal: AbortSignal },
): Promise<readonly PhysicalName[]> {
  const { connection, names } = ports;
  if (!(await isThere(connection, names.corpora))) return [];
  const removed: PhysicalName[] = [];
  for (const place of await placesOf(ports, signal)) {
    if (Date.now() - place.madeAtMs <= olderThanMs) continue;
    if ((await ports.read(place.corpus))?.corpusId === place.corpusId) continue;
    if (!(await isEmpty(ports, place, signal))) continue;
    await dropGeneration(ports, place, signal);
    removed.push(place.physicalName);
  }
  return removed;
}

async function placesOf(
  { connection, names }: LeftoverPorts,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const answer = await connection.read(
    (client, options) =>
      client.indices.getSettings(
        { index: [...names.allGenerations], name: 'index.creation_date', allow_no_indices: true },
        options,
      ),
    signal,
  );
  const places = new Map<PhysicalName, Place>();
  for (const [index, { settings }] of Object.entries(answer)) {
    const physicalName = names.physicalNameOf(index);
    const place = physicalName === null ? null : parsed(physicalName, Number(settings?.index?.creation_date));
    if (place === null) continue;
    const madeAtMs = Math.max(place.madeAtMs, places.get(place.physicalName)?.madeAtMs ?? 0);
    places.set(place.physicalName, { ...place, madeAtMs });
  }
  return [...places.values()];
}

/** @returns null for names that hold no corpus id, as those of version 1 do, and for an age that nobody knows. */
function parsed(physicalName: PhysicalName, madeAtMs: number): Place | null {
  const [, name, id, number] = /^([^.]+)\.([^.]+)\.g(\d+)$/.exec(physicalName) ?? [];
  if (name === undefined || id === undefined || !(madeAtMs > 0)) return null;
  const corpus = name as CorpusName;
  const corpusId = id as CorpusId;
  const generation = Number(number);
  if (physicalNameOf(corpus, corpusId, generation) !== physicalName) return null;
  return { corpus, corpusId, generation, physicalName, madeAtMs };
}

async function isEmpty(
  { connection, names }: LeftoverPorts,
  place: Place,
  signal: AbortSignal,
): Promise<boolean> {
  const index = [names.chunks(place), names.manifest(place)];
  await connection.read(
    (client, options) => client.indices.refresh({ index, ignore_unavailable: true }, options),
    signal,
  );
  const { count, _shards: shards } = await connection.read(
    (client, options) => client.count({ index, ignore_unavailable: true }, options),
    signal,
  );
  return count === 0 && shards.failed === 0;
}
