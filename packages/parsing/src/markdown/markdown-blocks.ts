import type { Block } from '@winnow/core';
import type { Nodes, Parents, Root } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import { type BlockBuilder, createBlockBuilder } from '../block-builder.ts';

/** A longer list or quote gives a block per item, so that what is cut later is cut at items. */
const maxGroupLength = 1_200;

const plain = { includeImageAlt: false, includeHtml: false } as const;
/** `## Title {#anchor}`, as VitePress and others write it. */
const anchor = /(?<!\s)\s*\{#[^{}]*\}\s*$/;
const tags = /<!--[\s\S]*?(?:-->|$)|<(style|script)\b[\s\S]*?(?:<\/\1\s*>|$)|<[^>]*>?/gi;
const htmlHeading = /^\s*<h([1-3])\b[^>]*>((?:(?!<\/?h[1-6]\b)[\s\S])*)<\/h\1\s*>\s*$/i;
const wordlike = /[\p{L}\p{N}]/u;
/** An image in the text itself. */
const dataUri = /data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]{64,}/g;

/**
 * The blocks of a tree, in the order of the text. Left out are front matter, images, badges, HTML without
 * text, and what MDX imports; within a block, markup stays.
 */
export function markdownBlocks(text: string, tree: Root): readonly Block[] {
  const builder = createBlockBuilder(text);
  addChildren(tree, 'paragraph', text, builder);
  return builder.blocks;
}

type TextKind = 'paragraph' | 'list' | 'quote';

function addChildren(parent: Parents, kind: TextKind, text: string, builder: BlockBuilder): void {
  for (const child of parent.children) addNode(child, kind, text, builder);
}

function addNode(node: Nodes, kind: TextKind, text: string, builder: BlockBuilder): void {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? start;
  switch (node.type) {
    case 'heading':
      builder.heading(node.depth, textOf(node, plain).replace(anchor, ''), start, end);
      break;
    case 'paragraph':
      if (textOf(node, plain).trim() !== '') addText(kind, start, end, text, builder);
      break;
    case 'html':
      if (addHtmlHeading(node.value, start, end, builder)) break;
      if (wordlike.test(node.value.replace(tags, ' '))) addText(kind, start, end, text, builder);
      break;
    case 'code':
      if (node.value.trim() !== '') builder.add('code', start, end);
      break;
    case 'table':
      if (textOf(node, plain).trim() !== '') addText('table', start, end, text, builder);
      break;
    case 'list':
    case 'listItem':
      addGroup(node, 'list', text, builder);
      break;
    case 'blockquote':
      addGroup(node, 'quote', text, builder);
      break;
    case 'footnoteDefinition':
    case 'mdxJsxFlowElement':
      addChildren(node, kind, text, builder);
      break;
    default:
      break;
  }
}

/** `<h1 align="center">Title</h1>`, as many READMEs begin. */
function addHtmlHeading(html: string, start: number, end: number, builder: BlockBuilder): boolean {
  const [, level, content = ''] = htmlHeading.exec(html) ?? [];
  const title = content.replace(tags, ' ').trim();
  if (level === undefined || !wordlike.test(title)) return false;
  builder.heading(Number(level), title, start, end);
  return true;
}

function addGroup(node: Parents, kind: 'list' | 'quote', text: string, builder: BlockBuilder): void {
  const start = node.position?.start.offset ?? 0;
  const end = node.position?.end.offset ?? start;
  if (end - start > maxGroupLength) addChildren(node, kind, text, builder);
  else if (textOf(node, plain).trim() !== '') addText(kind, start, end, text, builder);
}

/** Around images that are written into the text as base64. */
function addText(
  kind: TextKind | 'table',
  start: number,
  end: number,
  text: string,
  builder: BlockBuilder,
): void {
  let from = start;
  for (const match of text.slice(start, end).matchAll(dataUri)) {
    const at = start + match.index;
    if (wordlike.test(text.slice(from, at))) builder.add(kind, from, at);
    from = at + match[0].length;
  }
  if (from === start || wordlike.test(text.slice(from, end))) builder.add(kind, from, end);
}
