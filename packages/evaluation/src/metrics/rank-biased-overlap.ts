/** Weight of each rank against the one before it: with 0.9 the first ten ranks make 86 % of the whole. */
const persistence = 0.9;

/**
 * How alike two rankings are, the first ranks most: rank-biased overlap, extrapolated from what is seen of both
 * (RBO_ext, equation 32). Unlike Kendall's tau it takes rankings that do not hold the same things.
 *
 * @param one distinct, best first; as `other`. They may differ in length.
 * @param p above 0, below 1: the lower, the more the first ranks count.
 * @returns 0 (nothing in common) – 1 (the same); 1 where both are empty.
 * @see Webber, Moffat, Zobel, A Similarity Measure for Indefinite Rankings, TOIS 2010.
 */
export function rankBiasedOverlap<Item>(
  one: readonly Item[],
  other: readonly Item[],
  p: number = persistence,
): number {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length === 0) return long.length === 0 ? 1 : 0;
  const shared = sharedByDepth(short, long);
  const atShort = shared[short.length] ?? 0;
  const atLong = shared[long.length] ?? 0;
  let sum = 0;
  for (let depth = 1; depth <= long.length; depth += 1) {
    sum += ((shared[depth] ?? 0) / depth) * p ** depth;
    // Beyond the end of the shorter ranking its agreement so far is taken to go on.
    const beyond = depth - short.length;
    if (beyond > 0) sum += ((atShort * beyond) / (short.length * depth)) * p ** depth;
  }
  const rest = (atLong - atShort) / long.length + atShort / short.length;
  return Math.min(1, ((1 - p) / p) * sum + rest * p ** long.length);
}

/** How many things the first `d` of both share, for `d` of 0 to the longer one's length. */
function sharedByDepth<Item>(short: readonly Item[], long: readonly Item[]): readonly number[] {
  const counts = [0];
  const left = new Set<Item>();
  const right = new Set<Item>();
  let shared = 0;
  for (const [at, item] of long.entries()) {
    right.add(item);
    if (left.has(item)) shared += 1;
    const partner = short[at];
    if (partner !== undefined) {
      left.add(partner);
      if (right.has(partner)) shared += 1;
    }
    counts.push(shared);
  }
  return counts;
}
