import { hasHan } from '@winnow/text';

const tokens = /\p{Script=Han}|[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'’._-]*[\p{L}\p{N}\p{M}])?/gu;
/** Words whose two sides may change places: lists. */
const joining = new Set('and or as well with & 和 与 與 及 或 跟 同 以 the a an'.split(' '));
/** Words that go with a change of places: passives and their like. */
const turning = new Set(
  'by was were is are been be being before after than who whom which that to from 被 由 把 将 為 为 给'.split(
    ' ',
  ),
);
/** Words beyond this many are not looked at. */
const maxTokens = 400;

/**
 * Whether a claim says what a source says with two things in each other's place: `Basel pays Bern` for `Bern pays
 * Basel`. Words that both have in the same order are taken for the frame; between them, what stands in one gap of
 * the source and in another of the claim, and the other way round, has changed places. Lists (`A and B`) may be
 * in any order, and where a sentence is turned into a passive nothing can be told.
 */
export function swapsPlaces(claim: string, source: string): boolean {
  const left = tokensOf(claim);
  const right = tokensOf(source);
  const frame = commonOrder(left, right);
  if (frame.length === 0) return false;
  const claimGaps = gapsOf(
    left,
    frame.map(([at]) => at),
  );
  const sourceGaps = gapsOf(
    right,
    frame.map(([, at]) => at),
  );
  const between = frame.map(([at]) => left[at] ?? '');
  for (const [one, claimGap] of claimGaps.entries()) {
    for (let other = one + 1; other < claimGaps.length; other += 1) {
      const ofClaim = [claimGap, claimGaps[other] ?? []] as const;
      const ofSource = [sourceGaps[one] ?? [], sourceGaps[other] ?? []] as const;
      if (between.slice(one, other).every((word) => joining.has(word))) continue;
      if (share(ofClaim[0], ofSource[1]) && share(ofClaim[1], ofSource[0]) && sameTurns(ofClaim, ofSource))
        return true;
    }
  }
  return false;
}

type Gap = readonly string[];

function tokensOf(text: string): Gap {
  return (text.normalize('NFKC').toLowerCase().match(tokens) ?? []).slice(0, maxTokens);
}

/** A word of substance, or two characters in a row, that stand in both. */
function share(one: Gap, other: Gap): boolean {
  return one.some((token, index) => {
    if (!hasHan(token))
      return token.length > 1 && !turning.has(token) && !joining.has(token) && other.includes(token);
    const next = one[index + 1] ?? '';
    return hasHan(next) && other.some((found, at) => found === token && other[at + 1] === next);
  });
}

function sameTurns(claim: readonly Gap[], source: readonly Gap[]): boolean {
  const turns = (gaps: readonly Gap[]) =>
    gaps
      .flat()
      .filter((token) => turning.has(token))
      .sort()
      .join(' ');
  return turns(claim) === turns(source);
}

/** What stands before, between and behind the tokens at these places. */
function gapsOf(all: Gap, places: readonly number[]): readonly Gap[] {
  return [-1, ...places].map((place, index) => all.slice(place + 1, places[index] ?? all.length));
}

/** Of two frames as long as each other, the one whose words have moved less is the frame. */
const worthOfPlace = 0.002;
const worth = (row: number, column: number) => 1 + worthOfPlace / (1 + Math.abs(row - column));

/** Pairs of places of a longest common subsequence, in order. */
function commonOrder(left: Gap, right: Gap): readonly (readonly [number, number])[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Float32Array(right.length + 1));
  const at = (row: number, column: number) => lengths[row]?.[column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    const line = lengths[row];
    if (line === undefined) continue;
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const rest = Math.max(at(row + 1, column), at(row, column + 1));
      const here = at(row + 1, column + 1) + worth(row, column);
      line[column] = left[row] === right[column] ? Math.max(here, rest) : rest;
    }
  }
  const pairs: (readonly [number, number])[] = [];
  let [row, column] = [0, 0];
  while (row < left.length && column < right.length) {
    const isPair =
      left[row] === right[column] && at(row, column) > Math.max(at(row + 1, column), at(row, column + 1));
    if (isPair) pairs.push([row++, column++]);
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return pairs;
}
