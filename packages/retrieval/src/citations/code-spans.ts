import type { Span } from '@winnow/text';

const fence = /^[ \t]{0,3}(`{3,}|~{3,})[^\n]*$/gm;
const inline = /(?<!`)(`{1,8})(?!`)([^\n]{1,2000}?)(?<!`)\1(?!`)/g;

/** The fenced blocks of code in a Markdown text, in order, fences included; one that is not closed goes to the end. */
export function codeBlocks(text: string): readonly Span[] {
  const blocks: Span[] = [];
  let open: { readonly start: number; readonly mark: string } | null = null;
  for (const match of text.matchAll(fence)) {
    const mark = match[1] ?? '';
    if (open === null) open = { start: match.index, mark };
    else if (mark.startsWith(open.mark)) {
      blocks.push({ start: open.start, end: match.index + match[0].length });
      open = null;
    }
  }
  return open === null ? blocks : [...blocks, { start: open.start, end: text.length }];
}

/** What of a Markdown text is code, in order: fenced blocks, and what stands between backticks on one line. */
export function codeSpans(text: string): readonly Span[] {
  const blocks = codeBlocks(text);
  const spans = [...text.matchAll(inline)].map(({ 0: code, index }) => ({
    start: index,
    end: index + code.length,
  }));
  const outside = spans.filter((span) => !blocks.some((block) => overlap(block, span)));
  return [...blocks, ...outside].sort((left, right) => left.start - right.start);
}

function overlap(one: Span, other: Span): boolean {
  return one.start < other.end && other.start < one.end;
}
