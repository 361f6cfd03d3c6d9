import { type Corpus, type DocumentId, liveRef, nextTurn, type Store } from '@winnow/core';
import { bandCount, type CandidatePair, candidatePairsOf, maxSketches } from '@winnow/text';
import { type Likeness, likenessOf } from './document-features.ts';
import type { DuplicatesRequest } from './duplicates-request.ts';
import { createFeatureReader } from './feature-reader.ts';
import { type Duplicate, groupDuplicates } from './group-duplicates.ts';
import { type SketchedDocuments, sketchDocuments } from './sketch-documents.ts';

/** Documents that say the same. */
export interface DuplicateGroup {
  readonly original: DocumentId;
  /** Likest first, ties by id; at least one. Each is like the original itself. */
  readonly duplicates: readonly (Likeness & { readonly documentId: DocumentId })[];
}

export interface DuplicatesReport {
  /** Largest first, ties by the original's id. */
  readonly groups: readonly DuplicateGroup[];
  /** Documents that were looked at. */
  readonly documents: number;
  /** Documents that have an original; all groups together. */
  readonly duplicates: number;
  /** Number of the generation that was looked at. */
  readonly generation: number;
}

/**
 * Finds the near-duplicates of a corpus from what its index holds, as it stands now: sketches of all documents, pairs
 * that may be alike by locality-sensitive hashing, and each of these compared by its shingles, numbers and vectors.
 * Memory: 2 KB a document and a bound for the rest; the texts themselves are read document by document.
 *
 * @throws AppError `failed_precondition` for too many documents; what the store throws.
 */
export async function findDuplicates(
  store: Pick<Store, 'chunks'>,
  corpus: Corpus,
  request: DuplicatesRequest,
  options: { readonly signal: AbortSignal; readonly onDocument?: (count: number) => void },
): Promise<DuplicatesReport> {
  const { signal, onDocument = () => {} } = options;
  const ref = liveRef(corpus);
  const sketched = await sketchDocuments(store, ref, { signal, onDocument });
  const pairs = await candidatePairsIn(sketched, request.jaccard, signal);
  const reader = createFeatureReader(store, ref, signal);
  const featuresAt = async (rank: number) => {
    const documentId = sketched.documentIds[rank];
    return documentId === undefined ? null : await reader.read(documentId);
  };
  const found = await groupDuplicates(pairs, async (original, later) => {
    const [left, right] = [await featuresAt(original), await featuresAt(later)];
    return left === null || right === null ? null : likenessOf(left, right, request);
  });
  return {
    groups: groupsOf(sketched, found),
    documents: sketched.documentIds.length,
    duplicates: found.length,
    generation: corpus.liveGeneration,
  };
}

/** Each pair once. Other work of the process gets its turn between two bands. */
async function candidatePairsIn(
  { sketches }: SketchedDocuments,
  least: number,
  signal: AbortSignal,
): Promise<Iterable<CandidatePair>> {
  const pairs = new Set<number>();
  for (let band = 0; band < bandCount; band++) {
    for (const { earlier, later } of candidatePairsOf(sketches, band, least)) {
      pairs.add(later * maxSketches + earlier);
    }
    await nextTurn();
    signal.throwIfAborted();
  }
  return pairs
    .values()
    .map((pair) => ({ earlier: pair % maxSketches, later: Math.floor(pair / maxSketches) }));
}

function groupsOf({ documentIds }: SketchedDocuments, found: readonly Duplicate[]): DuplicateGroup[] {
  return [...Map.groupBy(found, ({ original }) => original)]
    .flatMap(([original, members]) => {
      const id = documentIds[original];
      if (id === undefined) return [];
      const duplicates = members.flatMap(({ duplicate, jaccard, cosine }) => {
        const documentId = documentIds[duplicate];
        return documentId === undefined ? [] : [{ documentId, jaccard, cosine }];
      });
      return [{ original: id, duplicates: duplicates.sort((left, right) => right.jaccard - left.jaccard) }];
    })
    .sort((left, right) => right.duplicates.length - left.duplicates.length);
}
