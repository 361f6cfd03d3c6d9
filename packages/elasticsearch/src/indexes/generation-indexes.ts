import { type Corpus, type Generation, type GenerationRef, generationRef } from '@winnow/core';
import { chunkDefinition } from '../chunks/chunk-definition.ts';
import type { Connection } from '../connection/connection.ts';
import { manifestDefinition } from '../manifest/manifest-definition.ts';
import { ensureIndex } from './ensure-index.ts';
import { type IndexDefinition, oneCopy, twoCopies } from './index-definitions.ts';
import type { IndexNames } from './names.ts';
import type { Refresher } from './refresher.ts';

export interface GenerationPorts {
  readonly connection: Connection;
  readonly names: IndexNames;
  /** Of the chunk indexes of new generations. */
  readonly shards: number;
}

/** Makes the indexes of a generation, or takes those that are there. */
export async function prepareGeneration(
  { connection, names, shards }: GenerationPorts,
  corpus: Corpus,
  generation: Generation,
): Promise<void> {
  const ref = generationRef(corpus, generation);
  const { dimensions, state } = generation;
  const chunks = chunkDefinition({ dimensions, shards });
  await Promise.all([
    ensureIndex(connection, names.manifest(ref), manifestDefinition),
    ensureIndex(connection, names.chunks(ref), state === 'building' ? inOneCopy(chunks) : chunks),
  ]);
}

/** Removes the indexes of a generation, by their names alone: nothing that only looks like them. */
export async function dropGeneration(
  { connection, names }: Pick<GenerationPorts, 'connection' | 'names'>,
  ref: GenerationRef,
  signal?: AbortSignal,
): Promise<void> {
  const index = [names.chunks(ref), names.manifest(ref)];
  await connection.write(
    (client, options) => client.indices.delete({ index, ignore_unavailable: true }, options),
    signal,
  );
}

/** What nobody reads yet is written once; it gets its second copy when it is published. */
function inOneCopy(definition: IndexDefinition): IndexDefinition {
  return { ...definition, settings: { ...definition.settings, ...oneCopy } };
}

/** Makes what was written visible, and has a second copy made wherever there is a second node. */
export async function publishGeneration(
  {
    connection,
    names,
    refresher,
  }: Pick<GenerationPorts, 'connection' | 'names'> & { readonly refresher: Refresher },
  ref: GenerationRef,
): Promise<void> {
  await refresher.refreshed(names.chunks(ref));
  await connection.write((client, options) =>
    client.indices.putSettings({ index: names.chunks(ref), settings: { ...twoCopies } }, options),
  );
}
