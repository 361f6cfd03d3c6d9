import type { CitationMark } from './parse-citations.ts';

/** A text with marks put in. */
export interface MarkedText {
  readonly text: string;
  /** Where a span of the bare text went: marks at its borders stay outside. */
  moved(span: { readonly start: number; readonly end: number }): {
    readonly start: number;
    readonly end: number;
  };
}

/**
 * Puts citation marks back into a text, as `[n]`.
 *
 * @param marks in order, as they were parsed.
 * @param passed the ids that each may show; none for a mark that is left out.
 */
export function writeMarks(
  text: string,
  marks: readonly CitationMark[],
  passed: ReadonlyMap<CitationMark, readonly number[]>,
): MarkedText {
  const insertions = marks.map((mark) => {
    const ids = passed.get(mark) ?? [];
    return {
      offset: mark.offset,
      text: ids.length === 0 ? '' : mark.lead + ids.map((id) => `[${id}]`).join(''),
    };
  });
  let written = '';
  let end = 0;
  for (const insertion of insertions) {
    written += text.slice(end, insertion.offset) + insertion.text;
    end = insertion.offset;
  }
  const shift = (isBefore: (offset: number) => boolean) =>
    insertions.reduce(
      (sum, insertion) => (isBefore(insertion.offset) ? sum + insertion.text.length : sum),
      0,
    );
  return {
    text: written + text.slice(end),
    moved: (span) => ({
      start: span.start + shift((offset) => offset <= span.start),
      end: span.end + shift((offset) => offset < span.end),
    }),
  };
}
