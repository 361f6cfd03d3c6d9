const markers = [
  '<!-- conformance: written by pnpm conformance --write -->',
  '<!-- /conformance -->',
] as const;

/** What stands between the markers of a page. */
export function writtenMatrix(page: string): string {
  return page.slice(placeOf(page).start, placeOf(page).end).trim();
}

/** The page with something else between its markers. */
export function withMatrix(page: string, markdown: string): string {
  const { start, end } = placeOf(page);
  return `${page.slice(0, start)}\n\n${markdown}\n\n${page.slice(end)}`;
}

function placeOf(page: string): { start: number; end: number } {
  const [opening, closing] = markers;
  const at = page.indexOf(opening);
  const end = page.indexOf(closing);
  if (at < 0 || end < at) throw new Error(`the page lacks the markers ${markers.join(' and ')}`);
  return { start: at + opening.length, end };
}
