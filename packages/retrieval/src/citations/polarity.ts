import { hasHan, searchTerms } from '@winnow/text';

/** What a text denies and what it states. */
export interface Polarity {
  /** Terms right behind each word that denies, per word. */
  readonly denied: readonly (readonly string[])[];
  /** Terms that stand outside of what is denied. */
  readonly stated: ReadonlySet<string>;
  /** It holds a word that turns what it says round, be it `not`, `prohibited` or `unaffected`. */
  readonly turned: boolean;
}

const denying = new Set(
  (
    'not no never none nor neither without cannot nobody nothing nowhere hardly ' +
    'don’t doesn’t didn’t isn’t aren’t wasn’t weren’t won’t wouldn’t shouldn’t couldn’t can’t hasn’t haven’t hadn’t mustn’t'
  ).split(' '),
);
/** `no later than`, `not only`: these deny nothing. */
const denyingNothing = /^(?:only|just|least|later|earlier|more|less|fewer|longer|merely|until|to)$/;
/** Words that turn a sentence round without denying a term of their own. */
const turning =
  /^(?:un\p{L}{4,}|non\p{L}*|in(?:dependent|correct|complete|sufficient|valid|active|hibit)\p{L}*|im(?:possible|probable)\p{L}*|dis(?:able|allow|approv|agree|continu|prov|appear)\p{L}*|fail\p{L}*|lack\p{L}*|absen\p{L}*|prohibit\p{L}*|forbid\p{L}*|prevent\p{L}*|refus\p{L}*|reject\p{L}*|exclud\p{L}*|deni\p{L}*|deny\p{L}*|avoid\p{L}*|stop\p{L}*|only|except|unless|rather|instead|free|rare\p{L}*|little|few|ban(?:s|ned)?)$/u;
const clauseEnd = /^(?:[,;:.!?，。；：！？、()（）]|but|although|though|while|whereas|because|and|or)$/;
const words = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'’_-]*[\p{L}\p{N}\p{M}])?|[,;:.!?，。；：！？、()（）]/gu;
/** Terms that a word of denial reaches. */
const reach = 3;

const denyingHan =
  /没有|沒有|不得|不能|不会|不會|不可|不再|不是|并非|並非|从未|從未|不|没|沒|未|无|無|非|勿/gu;
/** Characters of denial that are part of a word. */
const wordsWithDenial =
  /不同|不但|不仅|不僅|不过|不過|不少|不断|不斷|不久|不管|不论|不論|不如|不止|差不多|无论|無論|无线|無線|非常|非洲|是非|未来|未來|未必|除非|莫非|没收|淹没|埋没|无数|不足|不等|不一|无限|無限|不满/gu;
const turningHan = /禁止|拒绝|拒絕|缺乏|防止|避免|否认|否認|反对|反對|免|失败|失敗|除外|只有|仅/u;

/** Reads what English or Chinese words of denial deny, by the terms that follow them in their clause. */
export function polarityOf(text: string): Polarity {
  const plain = text.normalize('NFKC').replaceAll("'", '’');
  const english = englishPolarity(plain);
  if (!hasHan(plain)) return english;
  const chinese = chinesePolarity(plain);
  return {
    denied: [...english.denied, ...chinese.denied],
    stated: english.stated.union(chinese.stated),
    turned: english.turned || chinese.turned,
  };
}

function englishPolarity(text: string): Polarity {
  const denied: string[][] = [];
  const stated = new Set<string>();
  let turned = false;
  let left = 0;
  const found = (text.match(words) ?? []).filter((word) => !hasHan(word)).map((word) => word.toLowerCase());
  for (const [index, word] of found.entries()) {
    if (clauseEnd.test(word)) left = 0;
    else if (denying.has(word)) {
      if (denyingNothing.test(found[index + 1] ?? '')) continue;
      denied.push([]);
      turned = true;
      left = reach;
    } else {
      if (turning.test(word)) turned = true;
      const terms = termsOf(word);
      for (const term of terms) {
        if (left > 0) denied.at(-1)?.push(term);
        else stated.add(term);
      }
      if (left > 0 && !helping.test(word)) left -= 1;
    }
  }
  return { denied, stated, turned };
}

/** The terms of a word among others: none for a stop word, which alone would be a term. */
function termsOf(word: string): readonly string[] {
  return searchTerms(`0 ${word}`).slice(1);
}

/** Stand between a denial and what it denies. */
const helping =
  /^(?:be|been|being|is|are|was|were|have|has|had|a|an|the|any|to|of|in|do|does|did|yet|ever|also)$/;

function chinesePolarity(text: string): Polarity {
  const plain = text.replace(wordsWithDenial, (found) => '\u3000'.repeat(found.length));
  const denied: string[][] = [];
  let rest = text;
  for (const match of plain.matchAll(denyingHan)) {
    const from = match.index + match[0].length;
    const clause = /^[\p{Script=Han}]{0,3}/u.exec(plain.slice(from))?.[0] ?? '';
    denied.push(searchTerms(clause));
    rest =
      rest.slice(0, match.index) +
      '\u3000'.repeat(match[0].length + clause.length) +
      rest.slice(from + clause.length);
  }
  const turned = denied.length > 0 || turningHan.test(text);
  return { denied, stated: new Set(searchTerms(rest)), turned };
}

/**
 * Whether a source denies what a claim states, or states what it denies. Where both deny something, it must be about
 * the same. What a source turns round in other words (`prohibited`, `fails to`) is taken for agreement, since
 * nothing but its meaning tells.
 */
export function contradicts(claim: Polarity, source: Polarity): boolean {
  if (claim.denied.length > 0 && !source.turned) return true;
  if (!claim.turned) return source.denied.some((terms) => isHeadIn(terms, claim.stated));
  const sourceDenied = new Set(source.denied.flat());
  const againstSource = claim.denied.some(
    (terms) => isHeadIn(terms, source.stated) && !terms.some((term) => sourceDenied.has(term)),
  );
  return againstSource && source.denied.length > 0;
}

/** Whether what is denied, its first term, is among those. */
function isHeadIn([head]: readonly string[], terms: ReadonlySet<string>): boolean {
  return head !== undefined && terms.has(head);
}
