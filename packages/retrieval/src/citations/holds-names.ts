import { searchTerms } from '@winnow/text';
import { namesIn } from './names-in.ts';

/** `AMI`, `bnAbs`: what may stand for the first letters of some words. Of two letters, some words nearly always have them. */
const acronym = /^(?=(?:.*\p{Lu}){2})\p{L}{3,6}$/u;
const spelled = new Map([
  ['α', 'alpha'],
  ['β', 'beta'],
  ['γ', 'gamma'],
  ['δ', 'delta'],
  ['κ', 'kappa'],
  ['λ', 'lambda'],
  ['μ', 'mu'],
  ['ω', 'omega'],
]);
const greek = new RegExp(`[${[...spelled.keys()].join('')}]`, 'gu');

/** The s of several: `GPUs`, and not `HTTPS`. */
const ofSeveral = /(?<=[\p{Lu}\p{N}])s$/u;

/** Han characters stand beside a name without a space. */
const letterBehind = /[[\p{L}\p{N}]--\p{Script=Han}]$/v;
const letterAhead = /^[[\p{L}\p{N}]--\p{Script=Han}]/v;

/**
 * The names of a claim that do not stand in a source, however they are written: `IL-6` and `IL6`, `IFN-γ` and
 * `IFN-gamma`, `Elastic Search` and `ElasticSearch`, `GPU` and `GPUs` are each one, and `AMI` stands for an acute
 * myocardial infarction, in the source or in the claim itself.
 */
export function missingNames(source: string, claim: string): readonly string[] {
  const names = namesIn(claim);
  if (names.length === 0) return [];
  const written = source.normalize('NFKC').toLowerCase();
  const terms = new Set(searchTerms(source));
  const compacts = compactsIn(source);
  const joined = pairsIn(claim).filter((pair) => compacts.has(pair.join('')));
  const initials = initialsOf(`${source}\n${claim}`);
  return names.filter((name) => {
    if (stands(written, name.toLowerCase())) return false;
    // Behind another term, since a text of nothing but stop words (`On the …`) keeps them.
    if (new Set(searchTerms(`0 ${name}`).slice(1)).isSubsetOf(terms)) return false;
    const one = name.replace(ofSeveral, '');
    const compact = compactOf(one);
    if (compacts.has(compact) || joined.some((pair) => pair.includes(compact))) return false;
    return !(acronym.test(one) && initials.includes(one.toLowerCase()));
  });
}

/** Whether every name of a claim stands in a source too, see {@link missingNames}. */
export function holdsNames(source: string, claim: string): boolean {
  return missingNames(source, claim).length === 0;
}

/** Whether it stands in a text as it is, also as a part of a compound (`L-6` of `MiniLM-L-6-v2`). */
function stands(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (
      !letterBehind.test(text.slice(Math.max(0, at - 2), at)) &&
      !letterAhead.test(text.slice(at + name.length, at + name.length + 2))
    )
      return true;
  }
  return false;
}

/** Words and their parts, without what joins these, and each word together with the one before. */
function compactsIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  let before = '';
  for (const word of wordsIn(text)) {
    for (const each of [word, ...word.split(/[-/]/)]) found.add(compactOf(each.replace(ofSeveral, '')));
    found.add(compactOf(before + word));
    before = word;
  }
  return found;
}

/** Words that stand beside each other. */
function pairsIn(text: string): readonly (readonly [string, string])[] {
  const compacts = wordsIn(text).map(compactOf);
  return compacts.slice(1).map((word, index) => [compacts[index] ?? '', word]);
}

function wordsIn(text: string): readonly string[] {
  return text.normalize('NFKC').match(/[\p{L}\p{N}_][\p{L}\p{N}\p{M}_./+-]*/gu) ?? [];
}

function compactOf(word: string): string {
  const lower = word.normalize('NFKC').toLowerCase();
  return lower.replace(greek, (letter) => spelled.get(letter) ?? letter).replace(/[^\p{L}\p{N}]+/gu, '');
}

const small = new Set(['a', 'an', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);

/** First letters of the words, one after the other, in lower case; small words have none. */
function initialsOf(text: string): string {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.flatMap((word) => (small.has(word) ? [] : [word[0] ?? ''])).join('');
}
