import type { CountedTerm } from './term-plan.ts';

/** FTS5 looks at every term for every chunk that it finds: more terms at once cost more than the sum of them. */
const maxTermsAtOnce = 16;
/** Postings that are scored in about 15 ms. */
export const maxPostingsAtOnce = 20_000;

/** Terms of one weight that are searched for at once. */
export interface TermGroup {
  readonly terms: readonly string[];
  readonly weight: number;
  /** Of all its terms. */
  readonly postings: number;
}

/** Splits terms into groups of which each is a short piece of work, unless one term alone is a long one. */
export function groupTerms(terms: readonly CountedTerm[]): readonly TermGroup[] {
  const groups: TermGroup[] = [];
  for (const { term, chunks, weight } of terms.toSorted((left, right) => left.weight - right.weight)) {
    const last = groups.at(-1);
    const fits =
      last !== undefined &&
      last.weight === weight &&
      last.terms.length < maxTermsAtOnce &&
      last.postings + chunks <= maxPostingsAtOnce;
    if (fits) groups.pop();
    groups.push({
      terms: fits ? [...last.terms, term] : [term],
      weight,
      postings: fits ? last.postings + chunks : chunks,
    });
  }
  return groups;
}
