/** How an endpoint's scores can be wrong. */
export const scoreFaults = [
  'fewer',
  'more',
  'index-twice',
  'index-beyond',
  'null-score',
  'not-a-number',
  'raw-scores',
] as const;

export type ScoreFault = (typeof scoreFaults)[number];

/** A score on its way out; `index` is the passage it belongs to. */
export interface OutgoingScore {
  readonly index: number;
  readonly score: number | null;
}

/** Spoils a proper answer, at its last score; `raw-scores` are logits, as of a server without a sigmoid. */
export function spoilScores(
  scores: readonly OutgoingScore[],
  fault: ScoreFault | null,
): readonly OutgoingScore[] {
  const last = scores.at(-1);
  if (fault === null || last === undefined) return scores;
  const but = (change: Partial<OutgoingScore>) => [...scores.slice(0, -1), { ...last, ...change }];
  switch (fault) {
    case 'fewer':
      return scores.slice(0, -1);
    case 'more':
      return [...scores, { index: scores.length, score: 0.5 }];
    case 'index-twice':
      return but({ index: scores[0]?.index ?? 0 });
    case 'index-beyond':
      return but({ index: scores.length });
    case 'null-score':
      return but({ score: null });
    case 'not-a-number':
      return but({ score: Number.NaN });
    case 'raw-scores':
      return scores.map(({ index, score }) => ({
        index,
        score: Math.log((score ?? 0) / (1 - (score ?? 0))),
      }));
  }
}
