import type { Block, Metadata } from '@winnow/core';
import type { Root } from 'mdast';
import { plainBlocks } from '../plain/plain-blocks.ts';
import { readFrontMatter } from './front-matter.ts';
import { isTooHard } from './is-too-hard.ts';
import { markdownBlocks } from './markdown-blocks.ts';
import { markdownTree } from './markdown-tree.ts';

export interface ParsedMarkdown {
  /** The first heading of level 1, else the front matter's title. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

/**
 * Markdown with GitHub's tables and lists. Offsets point into the source text. Text that would take the parser too
 * long is read more simply, with a warning.
 */
export function parseMarkdown(text: string): ParsedMarkdown {
  if (isTooHard(text)) return simply(text, 'too large or too deep to be parsed whole');
  return readTree(text, markdownTree) ?? simply(text, 'nested too deep');
}

/**
 * @param treeOf throws where the text is not in its language, or is nested too deep for the stack.
 * @returns null where that throws.
 */
export function readTree(text: string, treeOf: (text: string) => Root): ParsedMarkdown | null {
  try {
    const tree = treeOf(text);
    const [first] = tree.children;
    const front = readFrontMatter(first?.type === 'yaml' ? first.value : '');
    const blocks = markdownBlocks(text, tree);
    return { ...front, title: titleOf(text, blocks) ?? front.title, blocks };
  } catch {
    return null;
  }
}

/** Headings, code and paragraphs, told apart line by line. */
function simply(text: string, why: string): ParsedMarkdown {
  const end = frontMatterEnd(text);
  const hidden = text.slice(0, end).replace(/[^\n\r]/g, ' ');
  const blocks = plainBlocks(hidden + text.slice(end), 'atx');
  const front = readFrontMatter(text.slice(0, end).replace(/^---|---\s*$/g, ''));
  return {
    title: titleOf(text, blocks) ?? front.title,
    blocks,
    metadata: front.metadata,
    warnings: [`The Markdown is ${why}; only headings and code were told apart.`, ...front.warnings],
  };
}

/** 0 where there is none; it is short, if it is there. */
function frontMatterEnd(text: string): number {
  return /^---[ \t]*\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/.exec(text.slice(0, 65_536))?.[0].length ?? 0;
}

function titleOf(text: string, blocks: readonly Block[]): string | null {
  const first = blocks.find(
    ({ kind, start, end }) => kind === 'heading' && isOfFirstLevel(text.slice(start, end)),
  );
  return first?.headings.at(-1) ?? null;
}

/** `# Title`, `Title` over `====`, or `<h1>`. */
function isOfFirstLevel(source: string): boolean {
  return /^(?:#[ \t]|<h1\b)/i.test(source) || /[\r\n] {0,3}=+[ \t]*$/.test(source);
}
