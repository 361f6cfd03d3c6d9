import { type QuoteSection, widthOf } from './quote-unit.ts';
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
