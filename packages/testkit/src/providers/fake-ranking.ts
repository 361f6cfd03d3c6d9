import { createWordTokenizer } from '../hashing-embedder.ts';
import { type OutgoingScore, type ScoreFault, spoilScores } from './spoil-scores.ts';
import { createTextCounts, type TextCounts } from './text-counts.ts';

/** What every fake that ranks offers to tests. */
export interface FakeRanking {
  /** Every passage that was ranked, in answers that were sent as they should be. */
  readonly ranked: TextCounts;
  /** The next proper answer gets its scores spoiled; used up one an answer, in order. */
  spoilScores(...faults: readonly ScoreFault[]): void;
}

/** The fake model behind the fakes that rank: relevance is the share of the query's words in the passage. */
export interface FakeRankingModel extends FakeRanking {
  /** Best first, ties in the order of the passages. */
  rank(query: string, passages: readonly string[]): readonly OutgoingScore[];
}

export function createFakeRankingModel(): FakeRankingModel {
  const ranked = createTextCounts();
  const faults: ScoreFault[] = [];
  return {
    ranked,
    spoilScores: (...next) => {
      faults.push(...next);
    },
    rank(query, passages) {
      const fault = faults.shift() ?? null;
      const words = wordsOf(query);
      const scores = passages.map((passage, index) => ({ index, score: relevance(words, wordsOf(passage)) }));
      if (fault === null) ranked.add(passages);
      const bestFirst = scores.toSorted((one, other) => other.score - one.score);
      return spoilScores(bestFirst, fault);
    },
  };
}

const tokenizer = createWordTokenizer();

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(tokenizer.tokens(text).filter((token) => /[\p{L}\p{N}]/u.test(token)));
}

/** Never quite 0 or 1, as of a real model. */
function relevance(query: ReadonlySet<string>, passage: ReadonlySet<string>): number {
  const found = [...query].filter((word) => passage.has(word)).length;
  return 0.01 + 0.98 * (found / Math.max(1, query.size));
}
