import type { ChunkIndex } from '@winnow/core';
import type { Shards } from '../indexes/shards.ts';
import { recallChunks } from '../recall/recall.ts';
import { createRecentEntries } from '../recall/recent-entries.ts';
import { createRecentTokenVectors } from '../recall/recent-token-vectors.ts';
import { tokenFrequencies } from '../recall/token-frequencies.ts';
import { takeCensus } from './census.ts';
import { chunkOf } from './chunk-record.ts';
import { commitRevisions } from './commit.ts';
import { compactChunks } from './compact.ts';
import { discardVersions } from './discard.ts';
import { exportChunks } from './export.ts';
import { identifyDocuments } from './identify.ts';
import { keptDocuments } from './kept-documents.ts';
import type { WritePorts } from './obsolete-chunks.ts';
import { readDocument } from './read-document.ts';
import { readParts } from './read-parts.ts';
import { removeDocuments } from './remove.ts';
import { tokenVectorsByKey } from './token-vectors-by-key.ts';
import { vectorsByKey } from './vectors-by-key.ts';

/** The chunk side of the store; each ability in its own file. */
export function createChunkIndex(given: WritePorts & { readonly shards: Shards }): ChunkIndex {
  const ports = {
    ...given,
    tokenVectors: createRecentTokenVectors(given),
    entries: createRecentEntries(),
    nameless: new Set<string>(),
  };
  return {
    commit: (ref, revisions, signal, options) => commitRevisions(ports, ref, revisions, signal, options),
    remove: (ref, runId, documents, signal) => removeDocuments(ports, ref, runId, documents, signal),
    // A server is ready.
    getReady() {},
    recall: (ref, query) => recallChunks(ports, ref, query),
    async ofDocument(ref, documentId, positions) {
      const options = { vectors: false, ...(positions === undefined ? {} : { positions }) };
      return (await readDocument(ports, ref, documentId, options)).chunks.map(chunkOf);
    },
    ofDocuments: (ref, parts, signal) => readParts(ports, ref, parts, signal),
    export: (ref, options) => exportChunks(ports, ref, options),
    documents: (ref, documentIds, signal) => keptDocuments(ports, ref, documentIds, signal),
    vectorsByKey: (ref, keys) => vectorsByKey(ports, ref, keys),
    tokenVectorsByKey: (ref, keys) => tokenVectorsByKey(ports, ref, keys),
    tokenFrequencies: (ref, tokens) => tokenFrequencies(ports, ref, tokens),
    census: (ref, query, signal) => takeCensus(ports, ref, query, signal),
    identify: (ref, keys) => identifyDocuments(ports, ref, keys),
    discard: (ref, versions, signal) => discardVersions(ports, ref, versions, signal),
    compact: (ref) => compactChunks(ports, ref),
  };
}
