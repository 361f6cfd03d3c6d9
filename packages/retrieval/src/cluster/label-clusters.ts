import { labelWordsOf } from '@winnow/text';

/** Words of a label. */
const wordsPerLabel = 3;
/** Part of a cluster's documents that a word of its label must stand in, where the cluster has some. */
const leastShare = 0.05;

/** A text of a cluster. */
interface ClusteredText {
  readonly cluster: number;
  readonly text: string;
}

/**
 * Names clusters by their words: those with the highest `share of the cluster's documents that have the word × log(that share
 * ÷ the share of all documents that have it)`, class TF-IDF that sees what a cluster has more of than the others. A word
 * counts once a document, so that a long one does not name the topic alone. One that every document has names none; by the
 * weight of BERTopic (Grootendorst, 2022) it may.
 *
 * @returns a label for each cluster; empty for one without words.
 */
export function labelClusters(texts: readonly ClusteredText[], k: number): readonly string[] {
  const counts = Array.from({ length: k }, () => new Map<string, number>());
  const sizes = new Float64Array(k);
  const inAll = new Map<string, number>();
  for (const { cluster, text } of texts) {
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    const ofCluster = counts[cluster];
    for (const word of new Set(labelWordsOf(text))) {
      ofCluster?.set(word, (ofCluster.get(word) ?? 0) + 1);
      inAll.set(word, (inAll.get(word) ?? 0) + 1);
    }
  }
  return counts.map((ofCluster, cluster) => {
    const size = sizes[cluster] ?? 0;
    return [...ofCluster]
      .filter(([, count]) => count >= size * leastShare)
      .map(([word, count]) => {
        const share = count / size;
        return { word, score: share * Math.log((share * texts.length) / (inAll.get(word) ?? count)) };
      })
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || (left.word < right.word ? -1 : 1))
      .slice(0, wordsPerLabel)
      .map(({ word }) => word)
      .join(', ');
  });
}
