import { isTooHard } from './is-too-hard.ts';
import { mdxTree } from './mdx-tree.ts';
import { type ParsedMarkdown, parseMarkdown, readTree } from './parse-markdown.ts';

/** MDX, as {@link parseMarkdown}; where its syntax is broken it is read as Markdown, with a warning. */
export function parseMdx(text: string): ParsedMarkdown {
  // Said once, by the reader of Markdown.
  if (isTooHard(text)) return parseMarkdown(text);
  const asMdx = readTree(text, mdxTree);
  if (asMdx !== null) return asMdx;
  const asMarkdown = parseMarkdown(text);
  const warning = 'The MDX syntax is broken; the file was read as Markdown.';
  return { ...asMarkdown, warnings: [warning, ...asMarkdown.warnings] };
}
