import { hasHan, searchTerms } from '@winnow/text';

/** What a text denies and what it states. */
export interface Polarity {
  /** Terms right behind each word that denies, per word. */
  readonly denied: readonly (readonly string[])[];
  /** Terms of the clauses in which nothing is denied or turned round. */
  readonly stated: ReadonlySet<string>;
  /** It holds a word that turns what it says round, be it `not`, `prohibited` or `unaffected`. */
  readonly turned: boolean;
  /** Terms of the clauses that do. */
  readonly about: ReadonlySet<string>;
}

const denying = new Set(
  (
    'not no never none nor neither without cannot nobody nothing nowhere hardly ' +
    'don’t doesn’t didn’t isn’t aren’t wasn’t weren’t won’t wouldn’t shouldn’t couldn’t can’t hasn’t haven’t hadn’t mustn’t'
  ).split(' '),
);
/** `not only`, `no later than`: these deny nothing; `not higher than` does. */
const denyingNothing =
  /^(?:[\p{L}’]+ (?:only|just|least|merely)|no \w+ than|not (?:later|earlier|more|less|fewer|longer) than)\b/u;
/** Words that turn a sentence round without denying a term of their own. */
const turning =
  /^(?:un(?!it|ion|derst|less)\p{L}{3,}(?:ed|able|ible|ful)|un(?:able|clear|common|known|likely|necessary|paid|safe)|fail\p{L}*|lack\p{L}*|absen\p{L}*|prohibit\p{L}*|forbid\p{L}*|forbad\p{L}*|prevent\p{L}*|refus\p{L}*|reject\p{L}*|exclud\p{L}*|deni\p{L}*|deny\p{L}*|avoid\p{L}*|disallow\p{L}*|disabl\p{L}*|discontinu\p{L}*|impossible|insufficient\p{L}*|invalid\p{L}*|inhibit\p{L}*|except|unless|ban(?:s|ned)?)$/u;
const clauseEnd = /^(?:[,;:.!?，。；：！？、()（）]|but|although|though|while|whereas|because|and|or)$/;
const words = /[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}'’_-]*[\p{L}\p{N}\p{M}])?|[,;:.!?，。；：！？、()（）]/gu;
/** Terms that a word of denial reaches. */
const reach = 3;

const denyingHan =
  /没有|沒有|不得|不能|不会|不會|不可|不再|不是|并非|並非|从未|從未|不|没|沒|未|无|無|非|勿/gu;
/** Characters of denial that are part of a word. */
const wordsWithDenial =
  /不同|不但|不仅|不僅|不过|不過|不少|不断|不斷|不久|不管|不论|不論|不如|不止|差不多|无论|無論|无线|無線|非常|非洲|是非|未来|未來|未必|除非|莫非|没收|淹没|埋没|无数|不足|不等|不一|无限|無限|不满/gu;
/** What forbids or denies the whole of its clause. */
const forbiddingHan = /禁止|拒绝|拒絕|缺乏|防止|避免|否认|否認|反对|反對|失败|失敗/u;
const turningHan = new RegExp(`${forbiddingHan.source}|免|除外|只有|仅`, 'u');

const nothing: ReadonlySet<string> = new Set();

/**
 * Reads what English or Chinese words of denial deny, by the terms that follow them in their clause.
 * @param topics English words that turn nothing here, in lower case.
 */
export function polarityOf(text: string, topics: ReadonlySet<string> = nothing): Polarity {
  const plain = plainOf(text);
  const english = englishPolarity(plain, topics);
  if (!hasHan(plain)) return english;
  const chinese = chinesePolarity(plain);
  return {
    denied: [...english.denied, ...chinese.denied],
    stated: english.stated.union(chinese.stated),
    turned: english.turned || chinese.turned,
    about: english.about.union(chinese.about),
  };
}

function plainOf(text: string): string {
  return text.normalize('NFKC').replaceAll("'", '’');
}

function wordsIn(text: string): readonly string[] {
  return (text.match(words) ?? []).filter((word) => !hasHan(word)).map((word) => word.toLowerCase());
}

function englishPolarity(text: string, topics: ReadonlySet<string>): Polarity {
  const clauses = clausesOf(wordsIn(text)).map((clause) => clausePolarity(clause, topics));
  return {
    denied: clauses.flatMap(({ denied }) => denied),
    stated: new Set(clauses.flatMap(({ stated }) => [...stated])),
    turned: clauses.some(({ turned }) => turned),
    about: new Set(clauses.flatMap(({ about }) => [...about])),
  };
}

/** Cut at signs and conjunctions, but not right behind a denial: `not, however, …`. */
function clausesOf(found: readonly string[]): readonly (readonly string[])[] {
  const clauses: string[][] = [[]];
  for (const [index, word] of found.entries()) {
    const goesOn = denying.has(found[index - 1] ?? '') || denying.has(found[index - 3] ?? '');
    if (!clauseEnd.test(word)) clauses.at(-1)?.push(word);
    else if (!goesOn) clauses.push([]);
  }
  return clauses;
}

function clausePolarity(clause: readonly string[], topics: ReadonlySet<string>): Polarity {
  const denied: string[][] = [];
  const stated = new Set<string>();
  const turns = new Set<string>();
  let left = 0;
  for (const [index, word] of clause.entries()) {
    if (denying.has(word)) {
      if (denyingNothing.test(clause.slice(index, index + 3).join(' '))) continue;
      denied.push([]);
      left = reach;
      continue;
    }
    const terms = termsOf(word);
    if (turning.test(word) && !topics.has(word)) for (const term of terms) turns.add(term);
    for (const term of terms) if (left > 0) denied.at(-1)?.push(term);
    for (const term of terms) if (left <= 0) stated.add(term);
    if (left > 0 && terms.length > 0 && !helping.test(word)) left -= 1;
  }
  const turned = denied.length > 0 || turns.size > 0;
  const about = new Set(
    turned ? clause.flatMap((word) => [...termsOf(word), ...termsOf(turnedBy(word))]) : [],
  );
  return { denied, stated: turns.size > 0 ? turns : stated, turned, about };
}

/** What `unchanged` and the like turn round; nothing for other words. */
function turnedBy(word: string): string {
  return word.startsWith('un') && turning.test(word) ? word.slice(2) : '';
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
  const stated = rest
    .split(/[，。；：！？,;:.!?\n]/u)
    .filter((clause) => !forbiddingHan.test(clause))
    .join('\n');
  return {
    denied,
    stated: new Set(searchTerms(stated)),
    turned,
    about: new Set(turned ? searchTerms(text) : []),
  };
}

/**
 * Whether a source denies what a claim states, or states what the claim denies. Where a source turns something of that round in
 * other words (`prohibited`, `fails to`), it is taken for agreement, since nothing but its meaning tells.
 */
export function contradicts(claim: string, source: string): boolean {
  const topics = new Set(wordsIn(plainOf(claim))).intersection(new Set(wordsIn(plainOf(source))));
  return isAgainst(polarityOf(claim, topics), polarityOf(source, topics));
}

function isAgainst(claim: Polarity, source: Polarity): boolean {
  if (claim.denied.length > 0 && !source.turned) return true;
  if (claim.denied.length > 0 && isAboutElse(claim, source)) return true;
  return isDenied(source, claim) || isDenied(claim, source);
}

/** Whether the one states what the other denies and does not deny it too: the first of the terms, and another of them. */
function isDenied(denying: Polarity, stating: Polarity): boolean {
  const alsoDenied = new Set(stating.denied.flat());
  return denying.denied.some(([head, ...rest]) => {
    if (head === undefined || !stating.stated.has(head) || alsoDenied.has(head)) return false;
    return rest.length === 0 || rest.some((term) => stating.stated.has(term));
  });
}

/** Terms of the clauses that deny, chosen on the first half of SciFact and on XQuAD-R. */
const fewestInCommon = 2;

/** Whether what a source turns round is something else than what a claim denies: none of its terms, and hardly one around it. */
function isAboutElse({ denied, about }: Polarity, source: Polarity): boolean {
  if (about.size === 0 || source.about.size === 0) return false;
  const shared = source.about.intersection(about);
  // A clause that denies what stands in another (`cats are not`) has few terms itself.
  const fewest = Math.min(fewestInCommon, about.size);
  return shared.size < fewest && denied.flat().every((term) => !shared.has(term));
}
