import { AppError, type Corpus, createTurns, type DocumentId, liveRef, type Store } from '@winnow/core';
import type { ClusterRequest } from './cluster-request.ts';
import { type Topics, type TopicsTask, topicOf } from './make-topics.ts';
import { maxSampled, type Sample, sampleDocuments, vectorDocuments } from './sample-documents.ts';
import { rowsOf } from './vector-rows.ts';

/** A topic. */
export interface DocumentCluster {
  /** Its most telling words; empty where its documents have none. */
  readonly label: string;
  readonly size: number;
  /** Those nearest to its middle, nearest first. */
  readonly documents: readonly DocumentId[];
}

export interface ClustersReport {
  /** Largest first. */
  readonly clusters: readonly DocumentCluster[];
  /** Place in `clusters` of each document that has a vector. */
  readonly assignments: Readonly<Record<DocumentId, number>>;
  /** How well the topics are parted, −1…1; null where their number was given. */
  readonly silhouette: number | null;
  /** Documents that topics were made of; the others were put to the nearest. */
  readonly sampled: number;
  /** Number of the generation that was looked at. */
  readonly generation: number;
}

/** Documents that a cluster names. */
const namedDocuments = 10;

interface Assigned {
  readonly documentId: DocumentId;
  readonly cluster: number;
  readonly cosine: number;
}

/**
 * Parts the documents of a corpus into topics, by the vectors that the index holds: no model is called. Of up to
 * {@link maxSampled} documents topics are made; the others are read once more and put to the nearest. Memory: the
 * sample, and the id of each document.
 *
 * @param topicsFor makes topics without blocking this thread.
 * @throws AppError `failed_precondition` for a corpus of fewer documents than topics, or than two.
 */
export async function clusterDocuments(
  store: Pick<Store, 'chunks'>,
  corpus: Corpus,
  { k }: ClusterRequest,
  options: {
    readonly topicsFor: (task: TopicsTask, signal: AbortSignal) => Promise<Topics>;
    readonly signal: AbortSignal;
    readonly onDocument?: (count: number) => void;
  },
): Promise<ClustersReport> {
  const { topicsFor, signal, onDocument = () => {} } = options;
  const sample = await sampleDocuments(store, liveRef(corpus), { signal, onDocument });
  requireEnough(corpus, sample, k ?? 2);
  const rows = rowsOf(sample.documents.map(({ vector }) => vector));
  const excerpts = sample.documents.map(({ excerpt }) => excerpt);
  const topics = await topicsFor({ rows, excerpts, k }, signal);
  const assigned: Assigned[] = [];
  const turn = createTurns(signal);
  for await (const { documentId, vector } of all(store, corpus, sample, signal)) {
    assigned.push({ documentId, ...topicOf(topics, vector) });
    await turn();
  }
  return {
    ...reportOf(assigned, topics.labels),
    silhouette: topics.silhouette,
    sampled: sample.documents.length,
    generation: corpus.liveGeneration,
  };
}

function requireEnough({ name }: Corpus, { documents }: Sample, least: number): void {
  if (documents.length >= least) return;
  const message = `corpus ${name} has ${documents.length} documents with vectors; ${least} topics need as many at least`;
  throw new AppError('failed_precondition', message);
}

/** The sample where it is all there is; else every document once more. */
async function* all(store: Pick<Store, 'chunks'>, corpus: Corpus, sample: Sample, signal: AbortSignal) {
  if (sample.total <= maxSampled) yield* sample.documents;
  else yield* vectorDocuments(store, liveRef(corpus), { signal, onDocument() {} });
}

function reportOf(
  assigned: readonly Assigned[],
  labels: readonly string[],
): Pick<ClustersReport, 'clusters' | 'assignments'> {
  const members = [...Map.groupBy(assigned, ({ cluster }) => cluster)].sort(
    ([, left], [, right]) => right.length - left.length,
  );
  const placeOf = new Map(members.map(([cluster], place) => [cluster, place]));
  return {
    clusters: members.map(([cluster, all]) => ({
      label: labels[cluster] ?? '',
      size: all.length,
      documents: all
        .toSorted((left, right) => right.cosine - left.cosine)
        .slice(0, namedDocuments)
        .map(({ documentId }) => documentId),
    })),
    assignments: Object.fromEntries(
      assigned.map(({ documentId, cluster }) => [documentId, placeOf.get(cluster) ?? 0]),
    ),
  };
}
