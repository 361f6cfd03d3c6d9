/** Stand before what they belong to: a full stop after them never ends a sentence. */
const leading = new Set(
  (
    'mr mrs ms mx dr prof rev hon gen col maj capt lt sgt gov sen rep pres st mt ft vs cf viz ca e.g i.e eg ie ' +
    'fig figs eq eqs sec ch vol art pp ed eds u.s u.k u.n e.u'
  ).split(' '),
);
/** End a sentence as often as not: a capital letter after them decides. */
const trailing = new Set(
  'etc al inc ltd co corp llc jr sr approx dept est a.m p.m ph.d b.sc m.sc jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);
/** Only before a number: `No. 5`. */
const beforeNumber = new Set(['no', 'nos', 'p', 'para', 'arts']);

const lastWord = /(?:^|[^\p{L}\p{N}.])((?:\p{L}+\.)*\p{L}+)\.$/u;
const initial = /^\p{Lu}$/u;
const capital = /^["'“‘([]*\p{Lu}/u;
const digit = /^\p{N}/u;

/**
 * Whether the full stop at the end of `before` belongs to an abbreviation or an initial (`J. Smith`).
 * @param before the sentence up to and with the full stop; its last characters suffice.
 * @param after what follows the white space; its first characters suffice.
 */
export function endsWithAbbreviation(before: string, after: string): boolean {
  const word = lastWord.exec(before.slice(-16))?.[1];
  if (word === undefined) return false;
  if (initial.test(word)) return true;
  const lower = word.toLowerCase();
  if (leading.has(lower)) return true;
  if (trailing.has(lower)) return !capital.test(after);
  return beforeNumber.has(lower) && digit.test(after);
}
