/** A stretch of tokens that stands in both of two texts. */
export interface Tile {
  readonly left: number;
  readonly right: number;
  readonly length: number;
}

/** More stretches than these are not looked for: texts in so many pieces are not alike. */
const maxTiles = 24;

/**
 * The stretches that two token lists share, longest first, no token in two of them.
 *
 * @returns in the order of the left list.
 * @see Wise, Greedy String Tiling, 1993.
 */
export function sharedTiles(left: readonly string[], right: readonly string[]): readonly Tile[] {
  const tiles: Tile[] = [];
  const taken = { left: new Set<number>(), right: new Set<number>() };
  while (tiles.length < maxTiles) {
    const tile = longestFree(left, right, taken);
    if (tile === null) break;
    tiles.push(tile);
    for (let step = 0; step < tile.length; step += 1) {
      taken.left.add(tile.left + step);
      taken.right.add(tile.right + step);
    }
  }
  return tiles.sort((one, other) => one.left - other.left);
}

function longestFree(
  left: readonly string[],
  right: readonly string[],
  taken: { readonly left: ReadonlySet<number>; readonly right: ReadonlySet<number> },
): Tile | null {
  let best: Tile | null = null;
  let above = new Uint16Array(right.length + 1);
  for (const [row, token] of left.entries()) {
    const line = new Uint16Array(right.length + 1);
    if (!taken.left.has(row)) {
      for (const [column, other] of right.entries()) {
        if (token !== other || taken.right.has(column)) continue;
        const length = (above[column] ?? 0) + 1;
        line[column + 1] = length;
        if (length > (best?.length ?? 0))
          best = { left: row - length + 1, right: column - length + 1, length };
      }
    }
    above = line;
  }
  return best;
}
