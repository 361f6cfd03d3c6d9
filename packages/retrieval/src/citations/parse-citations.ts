/** An answer without its citation marks, and where they stood. */
export interface ParsedCitations {
  /** The answer with every mark, and the white space before it, taken out. */
  readonly text: string;
  /** In order. */
  readonly marks: readonly CitationMark[];
}

export interface CitationMark {
  /** Where in the text without marks it stood. */
  readonly offset: number;
  /** White space that stood before it. */
  readonly lead: string;
  /** Distinct, in order; ids are whole numbers ≥ 0, known or not. */
  readonly ids: readonly number[];
}

/** A range of more is taken for something else than a citation. */
const widestRange = 20;

const number = '[0-9０-９]{1,3}';
const item = `${number}(?:\\s?[-–~～]\\s?${number})?`;
const list = `\\^?${item}(?:\\s?[,，、;；]\\s?\\^?${item})*`;
const marks = new RegExp(
  `([ \\t\\u00A0\\u3000]{0,8})(?:\\[\\s?(${list})\\s?\\]|【\\s?(${list})\\s?】|［\\s?(${list})\\s?］)`,
  'gu',
);

/**
 * Finds `[1]`, `[1][2]`, `[1, 2]`, `[1-3]`, `[^1]` and their full-width forms (`【1】`, `［１，２］`).
 * Neighbouring marks become one.
 */
export function parseCitations(answer: string): ParsedCitations {
  const found: CitationMark[] = [];
  let text = '';
  let end = 0;
  for (const match of answer.matchAll(marks)) {
    const ids = idsOf((match[2] ?? match[3] ?? match[4] ?? '').normalize('NFKC'));
    const between = answer.slice(end, match.index);
    end = match.index + match[0].length;
    const previous = found.at(-1);
    text += between;
    if (between === '' && previous !== undefined) {
      found[found.length - 1] = { ...previous, ids: [...new Set([...previous.ids, ...ids])] };
    } else {
      found.push({ offset: text.length, lead: match[1] ?? '', ids });
    }
  }
  return { text: text + answer.slice(end), marks: found };
}

function idsOf(list: string): readonly number[] {
  const ids = list.split(/[,、;]/u).flatMap((item) => {
    const [first = Number.NaN, last = first] = item.replaceAll('^', '').split(/[-–~]/u).map(Number);
    const width = Math.min(Math.max(last - first, 0), widestRange);
    return Array.from({ length: width + 1 }, (_unused, index) => first + index);
  });
  return [...new Set(ids)];
}
