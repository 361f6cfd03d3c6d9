import type { Store } from '@winnow/core';
import {
  type ClusterRequest,
  type ClustersReport,
  clusterDocuments,
  type DuplicatesReport,
  type DuplicatesRequest,
  findDuplicates,
  findSimilar,
  type SimilarRequest,
  type SimilarResponse,
} from '@winnow/retrieval';
import { readLive } from '../read-live.ts';
import { runTopics } from './run-topics.ts';

/** What the stored vectors and texts of a corpus say of its documents among each other. No model is called. */
export interface EngineDiscovery {
  /** Documents like some, and unlike others. Throws `not_found` for an example that is not there. */
  similar(name: string, request: SimilarRequest, signal: AbortSignal): Promise<SimilarResponse>;
  /**
   * Near-duplicates as they stand now; reads the whole corpus.
   * @param options.onDocument told how many documents were read so far.
   */
  duplicates(name: string, request: DuplicatesRequest, options: Reading): Promise<DuplicatesReport>;
  /** Documents by topic; reads the whole corpus, a large one twice. */
  clusters(name: string, request: ClusterRequest, options: Reading): Promise<ClustersReport>;
}

interface Reading {
  readonly signal: AbortSignal;
  readonly onDocument?: (count: number) => void;
}

export function createEngineDiscovery(store: Store): EngineDiscovery {
  return {
    similar: (name, request, signal) =>
      readLive(store, name, (corpus) => findSimilar(store, corpus, request, signal)),
    duplicates: (name, request, options) =>
      readLive(store, name, (corpus) => findDuplicates(store, corpus, request, options)),
    clusters: (name, request, options) =>
      readLive(store, name, (corpus) =>
        clusterDocuments(store, corpus, request, { ...options, topicsFor: runTopics }),
      ),
  };
}
