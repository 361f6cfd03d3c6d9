import { searchTerms } from '@winnow/text';
import { isProse, type QuoteSection, type QuoteUnit, widthOf } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';

/** Passages that are taken together: as many as a quotation of one place has sentences. */
export const maxTogether = 3;

/**
 * The sections that are short texts by themselves: reviews, comments, notes, records. They have no headings, nothing
 * else of their document is among the sources, and each is as short as a quotation.
 *
 * @param widest as {@link widthOf} counts.
 */
export function shortPassagesOf(scored: readonly UnitScore[], widest: number): ReadonlySet<QuoteSection> {
  const sections = new Set(scored.map(({ section }) => section));
  const byDocument = Map.groupBy(sections, ({ documentId }) => documentId);
  return new Set(
    [...sections].filter(
      ({ documentId, headings, units }) =>
        headings.length === 0 && byDocument.get(documentId)?.length === 1 && widthOf(units) <= widest,
    ),
  );
}

/**
 * How near in meaning short passages are together, words left out: a text so short leaves out words of any question,
 * and a single one may be near by chance, but where several are, they are about what is asked.
 *
 * @returns 0–1, the mean likeness of the nearest {@link maxTogether}, each that is missing as 0.
 */
export function likenessTogether(scored: readonly UnitScore[], passages: ReadonlySet<QuoteSection>): number {
  const bySection = Map.groupBy(scored, ({ section }) => section);
  const nearest = [...passages]
    .map((section) => Math.max(0, ...(bySection.get(section) ?? []).map(({ likeness }) => likeness)))
    .sort((left, right) => right - left)
    .slice(0, maxTogether);
  return nearest.reduce((sum, likeness) => sum + likeness, 0) / maxTogether;
}

/**
 * Those of some sections, in their order, that are prose, fit in beside what is taken, and say something that neither that nor one
 * before them says.
 *
 * @param room how many, and how wide all may be together, as {@link widthOf} counts.
 */
export function addedPassages(
  sections: Iterable<QuoteSection>,
  taken: readonly QuoteUnit[],
  { most, widest }: { readonly most: number; readonly widest: number },
): readonly QuoteSection[] {
  const added: QuoteSection[] = [];
  const all = [...taken];
  for (const section of sections) {
    if (added.length >= most) break;
    const { units } = section;
    const said = new Set(all.flatMap(({ terms }) => [...terms]));
    const isNew = units.every((unit) => isProse(unit) && !taken.includes(unit));
    const says = units.some(({ text }) => !new Set(searchTerms(text)).isSubsetOf(said));
    if (!(isNew && says) || widthOf([...all, ...units]) > widest) continue;
    all.push(...units);
    added.push(section);
  }
  return added;
}
