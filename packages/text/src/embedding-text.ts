/** Weights, see {@link cutToWeight}: enough for any honest title, and a bound on what a path may cost. */
const maxTitleWeight = 240;
const maxPathWeight = 400;

/**
 * What a chunk is embedded, searched and reranked as: its heading path, a line break, its text. The title
 * comes first unless the path starts with it, since a passage alone often does not say what it is about.
 */
export function embeddingTextOf(
  title: string,
  chunk: { readonly headings: readonly string[]; readonly text: string },
): string {
  const path = headingPathOf(title, chunk.headings);
  return path === '' ? chunk.text : `${path}\n${chunk.text}`;
}

/**
 * Title and headings on one line, `A > B > C`. Overlong ones are cut; of a path that is too long, headings
 * in the middle go first.
 */
export function headingPathOf(title: string, headings: readonly string[]): string {
  const [first, ...others] = [title, ...headings].map(onOneLine).filter((heading) => heading !== '');
  if (first === undefined) return '';
  const rest = others[0]?.toLowerCase() === first.toLowerCase() ? others.slice(1) : others;
  const path = [cutToWeight(first, maxTitleWeight)];
  let left = maxPathWeight - weightOf(path[0] ?? '');
  for (const heading of rest.reverse()) {
    const cut = cutToWeight(heading, Math.min(maxTitleWeight, left - separator.length));
    // Only the innermost one may be cut: half a heading says little.
    if (cut === '' || (path.length > 1 && cut !== heading)) break;
    path.splice(1, 0, cut);
    left -= separator.length + weightOf(cut);
  }
  return path.join(separator);
}

const separator = ' > ';

function onOneLine(text: string): string {
  return text
    .slice(0, 8 * maxTitleWeight)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Cuts by what characters tend to cost in tokens: Latin 1, other alphabets 2, all else (CJK, emoji) 3. */
function cutToWeight(text: string, maxWeight: number): string {
  let weight = 0;
  let end = 0;
  for (const character of text) {
    weight += weightOf(character);
    if (weight > maxWeight) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function weightOf(text: string): number {
  let weight = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    weight += unit < 0x250 ? 1 : unit < 0x2e80 ? 2 : 3;
  }
  return weight;
}
