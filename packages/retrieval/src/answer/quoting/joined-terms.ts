import { searchTerms } from '@winnow/text';

const latin = /^[a-z]{2,}$/;

/**
 * The search terms of a text, and of neighbouring words both as one: `roll back` is found by `rollback`, and
 * `time-out` by `timeout`.
 */
export function termsWithJoins(text: string): ReadonlySet<string> {
  const terms = searchTerms(text);
  const joined = terms.flatMap((term, index) => {
    const next = terms[index + 1];
    return next !== undefined && latin.test(term) && latin.test(next) ? [term + next] : [];
  });
  return new Set([...terms, ...joined]);
}

/** For a word of a question that is two words written together: the ways to write it, each as terms that must all stand there. */
export function waysToWrite(
  terms: readonly string[],
): readonly (readonly [term: string, alsoBy: readonly string[]])[] {
  return terms.map((term, index) => {
    const [before, next] = [terms[index - 1], terms[index + 1]];
    const pairs = [
      ...(before === undefined || !latin.test(before) ? [] : [before + term]),
      ...(next === undefined || !latin.test(next) ? [] : [term + next]),
    ];
    // What is written together is a word of its own in a text: `time zone` is there as the stem of `timezone`.
    const together = pairs.flatMap((pair) => [pair, ...searchTerms(pair)]);
    return [term, latin.test(term) ? [...new Set(together)] : []] as const;
  });
}
