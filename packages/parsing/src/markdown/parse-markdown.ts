import type { Block, Metadata } from '@winnow/core';
import type { Root } from 'mdast';
import { plainBlocks } from '../plain/plain-blocks.ts';
import { readFrontMatter } from './front-matter.ts';
import { isTooHard } from './is-too-hard.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import { parseTree } from './parse-tree.ts';

export interface ParsedMarkdown {
  /** The first heading of level 1, else the front matter's title. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

/**
 * Markdown with GitHub's tables and lists, or MDX. Offsets point into the source text. Text that would take
 * the parser too long, and MDX whose syntax is broken, is read more simply, with a warning.
 */
export function parseMarkdown(text: string, dialect: 'markdown' | 'mdx'): ParsedMarkdown {
  if (isTooHard(text))
    return simply(
      text,
      'The Markdown is too large or too deep to be parsed whole; only headings and code were told apart.',
    );
  const warnings: string[] = [];
  let tree = dialect === 'mdx' ? parseTree(text, 'mdx') : null;
  if (tree === null) {
    if (dialect === 'mdx') warnings.push('The MDX syntax is broken; the file was read as Markdown.');
    tree = parseTree(text, 'markdown');
  }
  if (tree === null)
    return simply(text, 'The Markdown could not be parsed; only headings and code were told apart.');
  const front = frontMatterOf(tree);
  const blocks = markdownBlocks(text, tree);
  return {
    title: titleOf(blocks, tree) ?? front.title,
    blocks,
    metadata: front.metadata,
    warnings: [...warnings, ...front.warnings],
  };
}

function simply(text: string, warning: string): ParsedMarkdown {
  const end = frontMatterEnd(text);
  const hidden = text.slice(0, end).replace(/[^\n\r]/g, ' ');
  const blocks = plainBlocks(hidden + text.slice(end), 'atx');
  const front = readFrontMatter(text.slice(0, end).replace(/^---|---\s*$/g, ''));
  const title = blocks.find(({ kind, headings }) => kind === 'heading' && headings.length === 1)?.headings[0];
  return {
    title: title ?? front.title,
    blocks,
    metadata: front.metadata,
    warnings: [warning, ...front.warnings],
  };
}

/** 0 where there is none; it is short, if it is there. */
function frontMatterEnd(text: string): number {
  return /^---[ \t]*\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/.exec(text.slice(0, 65_536))?.[0].length ?? 0;
}

function frontMatterOf(tree: Root): ReturnType<typeof readFrontMatter> {
  const [first] = tree.children;
  return readFrontMatter(first?.type === 'yaml' ? first.value : '');
}

function titleOf(blocks: readonly Block[], tree: Root): string | null {
  const first = tree.children.find((node) => node.type === 'heading' && node.depth === 1);
  const start = first?.position?.start.offset;
  return blocks.find((block) => block.kind === 'heading' && block.start === start)?.headings.at(-1) ?? null;
}
