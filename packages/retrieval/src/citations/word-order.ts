import { sharedTiles, type Tile } from './tiles.ts';

const tokens =
  /\p{Script=Han}|[[\p{L}\p{N}]--\p{Script=Han}](?:[[\p{L}\p{N}\p{M}._:,]--\p{Script=Han}]*[[\p{L}\p{N}\p{M}]--\p{Script=Han}])?%?/gv;
/** Words whose two sides may change places. */
const joining = new Set('and or & 和 与 與 及 或 跟 同 以及'.split(' '));
const articles = new Set('the a an as well with of s'.split(' '));
/** Words that go with a change of places that says the same: passives and their like. */
const turning = new Set(
  'by was were is are been be being before after than who whom which that 被 由 把 将 為 为 给'.split(' '),
);
/** Share of a claim's words that must stand in the source for their order to tell anything. */
const leastShared = 0.75;
/** Words beyond this many are not looked at. */
const maxTokens = 300;

/**
 * Whether a claim says what a source says with two things in each other's place: `Basel pays Bern` for `Bern pays
 * Basel`. Of the stretches that both share, three in a row stand the other way round in the source. Lists (`A and B`)
 * may be in any order, and where a sentence is turned into a passive nothing can be told.
 */
export function swapsPlaces(claim: string, source: string): boolean {
  const left = tokensOf(claim);
  const right = tokensOf(source);
  const tiles = sharedTiles(left, right);
  // Of a sentence in other words, some always stand in another order.
  const shared = tiles.reduce((sum, { length }) => sum + length, 0);
  if (shared < leastShared * left.length) return false;
  const ranks = ranksIn(tiles);
  return tiles.some((first, index) => {
    const [middle, last] = [tiles[index + 1], tiles[index + 2]];
    if (middle === undefined || last === undefined) return false;
    const rank = ranks.get(first) ?? 0;
    if (ranks.get(middle) !== rank - 1 || ranks.get(last) !== rank - 2) return false;
    const between = left.slice(middle.left, middle.left + middle.length);
    const lists = between.some((word) => joining.has(word));
    if (lists && between.every((word) => joining.has(word) || articles.has(word))) return false;
    const saysAnything = (tile: Tile) =>
      left
        .slice(tile.left, tile.left + tile.length)
        .some((word) => ![joining, articles, turning].some((words) => words.has(word)));
    if (!saysAnything(first) || !saysAnything(last)) return false;
    const turnsOf = (all: readonly string[], start: number, end: number) =>
      all
        .slice(start, end)
        .filter((word) => turning.has(word))
        .sort()
        .join(' ');
    return (
      turnsOf(left, first.left, last.left + last.length) ===
      turnsOf(right, last.right, first.right + first.length)
    );
  });
}

function tokensOf(text: string): readonly string[] {
  return (text.normalize('NFKC').toLowerCase().match(tokens) ?? []).slice(0, maxTokens);
}

/** The place of each tile among all in the right text. */
function ranksIn(tiles: readonly Tile[]): ReadonlyMap<Tile, number> {
  const inOrder = tiles.toSorted((one, other) => one.right - other.right);
  return new Map(inOrder.map((tile, rank) => [tile, rank]));
}
