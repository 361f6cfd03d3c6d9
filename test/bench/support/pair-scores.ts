/** Pairs of one unit of resampling: documents that belong together, or one that stands alone. */
export interface PairTally {
  found: number;
  right: number;
  /** Pairs that there are. */
  wanted: number;
}

interface PairScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Resamplings of an interval. */
const resamplings = 2_000;

export function scoresOf(tallies: readonly PairTally[]): PairScores {
  const sum = (of: keyof PairTally) => tallies.reduce((total, tally) => total + tally[of], 0);
  const [found, right, wanted] = [sum('found'), sum('right'), sum('wanted')];
  return {
    precision: found === 0 ? 1 : right / found,
    recall: wanted === 0 ? 1 : right / wanted,
    f1: found + wanted === 0 ? 1 : (2 * right) / (found + wanted),
  };
}

/** 95 % interval of F1: units are drawn with replacement (Efron's percentile bootstrap), the same draws each time. */
export function f1Interval(tallies: readonly PairTally[]): readonly [number, number] {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const drawn = Array.from({ length: resamplings }, () => {
    const sample = tallies.map(() => tallies[Math.floor(random() * tallies.length)]);
    return scoresOf(sample.filter((tally) => tally !== undefined)).f1;
  }).sort((left, right) => left - right);
  return [drawn[Math.floor(resamplings * 0.025)] ?? 0, drawn[Math.floor(resamplings * 0.975)] ?? 0];
}
