import { searchTerms } from '@winnow/text';

const oppositeWords = `
increase decrease|increase reduce|increase diminish|rise fall|raise lower|high low|enable disable|allow forbid
allow prohibit|permit prohibit|promote inhibit|activate inhibit|activate suppress|promote suppress|upregulate downregulate
include exclude|accept reject|win lose|won lost|always never|maximum minimum|stronger weaker|longer shorter|faster slower
larger smaller|largest smallest|highest lowest|oldest youngest|northern southern|eastern western|north south|east west
gain loss|positive negative|sensitive resistant|begin end|better worse|best worst|early late|encourage discourage
support oppose|true false|增加 减少|上升 下降|提高 降低|升高 降低|允许 禁止|启用 禁用|最大 最小|最高 最低|最多 最少
支持 反对|胜利 失败|北部 南部|东部 西部|开始 结束|接受 拒绝`;
/** Opposites that say the same where their two sides have changed places. */
const converseWords = `
before after|above below|over under|earlier later|more less|more fewer|higher lower|greater smaller|older younger
早于 晚于|高于 低于|大于 小于|多于 少于`;

interface Tables {
  readonly opposites: readonly Pair[];
  readonly converses: readonly Pair[];
}

/** Made with the first claim: most starts of the program need none of it. */
let tables: Tables | null = null;

/**
 * Whether a claim has a word where its source has the opposite alone: `after` for `before`, `减少` for `增加`.
 * `A is before B` is no opposite of `B is after A`.
 */
export function saysTheOpposite(claim: string, source: string): boolean {
  return oppositeOf(claim)(source);
}

/** {@link saysTheOpposite} of many sources of one claim, which is read once. */
export function oppositeOf(claim: string): (source: string) => boolean {
  tables ??= { opposites: pairsOf(oppositeWords), converses: pairsOf(converseWords) };
  const claimed = searchTerms(claim);
  const inClaim = new Set(claimed);
  const isClaimed = ([one, other]: Pair) => inClaim.has(one) && !inClaim.has(other);
  const opposites = tables.opposites.filter(isClaimed);
  const converses = tables.converses.filter(isClaimed);
  if (opposites.length + converses.length === 0) return () => false;
  return (source) => {
    const held = searchTerms(source);
    const inSource = new Set(held);
    const isTurned = ([one, other]: Pair) => inSource.has(other) && !inSource.has(one);
    return (
      opposites.some(isTurned) || converses.some((pair) => isTurned(pair) && !sidesCross(claimed, held, pair))
    );
  };
}

type Pair = readonly [string, string];

/** Whether something stands on one side of the claim's word and on the other side of the source's. */
function sidesCross(claim: readonly string[], source: readonly string[], [one, other]: Pair): boolean {
  const before = new Set(claim.slice(0, claim.indexOf(one)));
  const after = new Set(claim.slice(claim.indexOf(one) + 1));
  const at = source.indexOf(other);
  return (
    source.slice(0, at).some((term) => after.has(term)) && source.slice(at).some((term) => before.has(term))
  );
}

function pairsOf(list: string): readonly Pair[] {
  return list
    .trim()
    .split(/[|\n]/)
    .flatMap((pair) => {
      const [one = '', other = ''] = pair.split(' ').map(termOf);
      return [[one, other] as const, [other, one] as const];
    });
}

/** Words of one stem count as one; of Chinese words the pair of characters is the term. */
function termOf(word: string): string {
  return searchTerms(word).find((term) => term.length > 1) ?? word;
}
