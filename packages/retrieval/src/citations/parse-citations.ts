import { codeSpans } from './code-spans.ts';

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
const mark = `([ \\t\\u00A0\\u3000]{0,8})(?:\\[\\s?(${list})\\s?\\]|【\\s?(${list})\\s?】|［\\s?(${list})\\s?］)`;
const marks = new RegExp(mark, 'gu');
const marksAhead = new RegExp(`^(?:${mark})+`, 'u');

/** What a name of code ends with, close before an index: `process.argv`, `my_list`, `rowCount`, `next()`, `m`, `argv`. */
const codeName =
  /(?:(?<![\p{L}\p{N}])[a-z]|[A-Za-z]\w*_\w*|_\w+|\$\w*|(?<![\w.])[a-z]\w*(?:\.[A-Za-z_$][\w$]*)+|(?<!\w)[a-z]+[A-Z]\w*|\w\(\)|["']\]|(?<![\p{L}\p{N}])(?:argv|args|kwargs|params|arr|vec|buf|ptr|elems))$/u;
/** As much text before a bracket as tells what it is. */
const nearBefore = 80;
const nearAfter = 80;
/** What follows an index and no citation. */
const codeGoesOn = /^(?:\s?=(?!=)|\[["'A-Za-z]|\.[a-z_]|\(\w*\))/;

/**
 * Finds `[1]`, `[1][2]`, `[1, 2]`, `[1-3]`, `[^1]` and their full-width forms (`【1】`, `［１，２］`).
 * Neighbouring marks become one. What stands in code is none, nor is an index close to a name: `process.argv[2]`,
 * `m[3][4]`, `rows[0]`, or a bracket in one, `[[3]0]`; a word of prose close before it (`30 days[1]`) leaves it a mark.
 */
export function parseCitations(answer: string): ParsedCitations {
  const code = codeSpans(answer);
  const found: CitationMark[] = [];
  let text = '';
  let end = 0;
  let indexEnd = -1;
  for (const match of answer.matchAll(marks)) {
    const next = match.index + match[0].length;
    const isNeighbour = found.length > 0 && match.index === end;
    if (code.some((span) => span.start <= match.index && next <= span.end)) continue;
    const before =
      text.slice(-nearBefore) + answer.slice(Math.max(end, match.index - nearBefore), match.index);
    const after = answer.slice(next, next + nearAfter);
    if (isWithinMark(before, after)) continue;
    const isClose = match[1] === '' && !isNeighbour;
    if (isClose && (match.index === indexEnd || isIndex(before, match[0], after))) {
      indexEnd = next;
      continue;
    }
    const ids = idsOf((match[2] ?? match[3] ?? match[4] ?? '').normalize('NFKC'));
    const between = answer.slice(end, match.index);
    end = next;
    const previous = found.at(-1);
    text += between;
    if (isNeighbour && previous !== undefined) {
      found[found.length - 1] = { ...previous, ids: [...new Set([...previous.ids, ...ids])] };
    } else {
      found.push({ offset: text.length, lead: match[1] ?? '', ids });
    }
  }
  return { text: text + answer.slice(end), marks: found };
}

/**
 * Whether a bracket is an index of code: what stands close before or after it says so, or there is no source 0.
 *
 * @param before the text close before it, without marks, so that it makes no difference which of them are taken out.
 * @param after the text close behind it.
 */
function isIndex(before: string, bracket: string, after: string): boolean {
  if (!/[\w)\]]$/.test(before)) return false;
  return codeName.test(before) || /^\[0+\]$/.test(bracket) || codeGoesOn.test(after);
}

/** Whether a mark would come about where this one is taken out, as in `[[3]0]`: then neither is one. */
function isWithinMark(before: string, after: string): boolean {
  const rest = after.replace(marksAhead, '');
  return [...(before + rest).matchAll(marks)].some(
    (match) => match.index < before.length && match.index + match[0].length > before.length,
  );
}

function idsOf(list: string): readonly number[] {
  const ids = list.split(/[,、;]/u).flatMap((item) => {
    const [first = Number.NaN, last = first] = item.replaceAll('^', '').split(/[-–~]/u).map(Number);
    const width = Math.min(Math.max(last - first, 0), widestRange);
    return Array.from({ length: width + 1 }, (_unused, index) => first + index);
  });
  return [...new Set(ids)];
}
