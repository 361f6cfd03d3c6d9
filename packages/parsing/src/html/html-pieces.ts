import type { Block } from '@winnow/core';
import type { Piece } from '../pieces/piece.ts';
import { tableText } from '../pieces/table-text.ts';

/** The part of the DOM that is used; linkedom's and browsers' elements both fit. */
export interface DomNode {
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly childNodes: ArrayLike<DomNode> & Iterable<DomNode>;
}

export interface DomElement extends DomNode {
  readonly localName: string;
  getAttribute(name: string): string | null;
  querySelector(selectors: string): DomElement | null;
  querySelectorAll(selectors: string): ArrayLike<DomElement> & Iterable<DomElement>;
}

const silent = new Set(
  'script style noscript template svg math canvas iframe object embed audio video head button input select textarea option dialog'.split(
    ' ',
  ),
);
const blockLike = new Set(
  (
    'address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 ' +
    'h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul'
  ).split(' '),
);
const heading = /^h([1-6])$/;
/** A longer list gives a piece per item. */
const maxListLength = 1_200;
/** Longer text in `<pre>` without `<code>` is a document, not an example. */
const maxPreLength = 4_096;

/** What a page says, in reading order: headings, paragraphs, lists, tables, quotes, code. */
export function htmlPieces(root: DomElement): Piece[] {
  const pieces: Piece[] = [];
  addElement(root, pieces);
  return pieces;
}

/** Text in one line, or with line breaks where the page has `<br>`. */
export function inlineText(node: DomNode): string {
  return collapse(rawInline(node));
}

function addElement(element: DomElement, pieces: Piece[]): void {
  if (isSilent(element)) return;
  const level = Number(heading.exec(element.localName)?.[1] ?? 0);
  if (level > 0) pieces.push({ kind: 'heading', text: inlineText(element).replaceAll('\n', ' '), level });
  else if (element.localName === 'pre') addPre(element, pieces);
  else if (element.localName === 'ul' || element.localName === 'ol' || element.localName === 'menu')
    addList(element, pieces);
  else if (element.localName === 'blockquote') add('quote', inlineOrLines(element), pieces);
  else if (element.localName === 'table' && isDataTable(element)) add('table', textOfTable(element), pieces);
  else addMixed(element, pieces);
}

/** Children that are blocks themselves; runs of inline ones between them are paragraphs. */
function addMixed(element: DomElement, pieces: Piece[]): void {
  let run = '';
  for (const child of element.childNodes) {
    if (isElement(child) && holdsBlocks(child)) {
      add('paragraph', collapse(run), pieces);
      run = '';
      addElement(child, pieces);
    } else run += rawInline(child);
  }
  add('paragraph', collapse(run), pieces);
}

function addPre(element: DomElement, pieces: Piece[]): void {
  const text = (element.textContent ?? '').replace(/^(?:[ \t]*\r?\n)+|\s+$/g, '');
  if (text.length <= maxPreLength || element.querySelector('code') !== null) add('code', text, pieces);
  else for (const paragraph of text.split(/\n[ \t]*(?:\r?\n[ \t]*)+/)) add('paragraph', paragraph, pieces);
}

function addList(list: DomElement, pieces: Piece[]): void {
  const items = listLines(list, '');
  const whole = items.join('\n');
  if (whole.length <= maxListLength) add('list', whole, pieces);
  else for (const item of items) add('list', item, pieces);
}

/** A line per item, inner lists indented below theirs. */
function listLines(list: DomElement, indent: string): string[] {
  const lines: string[] = [];
  let number = 0;
  for (const item of list.childNodes) {
    if (!isElement(item) || isSilent(item)) continue;
    if (item.localName === 'ul' || item.localName === 'ol') {
      for (const line of listLines(item, `${indent}  `)) lines.push(line);
      continue;
    }
    number += 1;
    const mark = list.localName === 'ol' ? `${number}.` : '-';
    const inner: string[] = [];
    let own = '';
    for (const child of item.childNodes) {
      if (isElement(child) && (child.localName === 'ul' || child.localName === 'ol'))
        for (const line of listLines(child, `${indent}  `)) inner.push(line);
      else own += isElement(child) && holdsBlocks(child) ? `\n${inlineOrLines(child)}\n` : rawInline(child);
    }
    const text = collapse(own).replace(/\n+/g, `\n${indent}  `);
    lines.push([...(text === '' ? [] : [`${indent}${mark} ${text}`]), ...inner].join('\n'));
  }
  return lines.filter((line) => line !== '');
}

/** A table of values; one that holds other tables or whole sections only places things on the page. */
function isDataTable(table: DomElement): boolean {
  return (
    table.querySelector('table, h1, h2, h3, pre, form') === null &&
    table.getAttribute('role') !== 'presentation'
  );
}

/** Rows with the names of their columns, where the table says that its first row has them. */
function textOfTable(table: DomElement): string {
  const captions: string[] = [];
  const rows: SpannedCell[][] = [];
  const addRows = (parent: DomElement): void => {
    for (const child of parent.childNodes) {
      if (!isElement(child) || isSilent(child)) continue;
      if (child.localName === 'tr') rows.push(cellsOf(child));
      else if (child.localName === 'caption') captions.push(inlineText(child));
      else addRows(child);
    }
  };
  addRows(table);
  const hasHeader = isHeaderRow(table.querySelector('tr'));
  const { cells, shared } = gridOf(rows);
  return [...captions, tableText(cells, hasHeader || 'unknown', shared)]
    .filter((line) => line !== '')
    .join('\n');
}

interface SpannedCell {
  readonly text: string;
  /** Columns and rows that it reaches over. */
  readonly wide: number;
  readonly tall: number;
}

/** Cells by column: one that reaches over several rows stands in each of them, and in the first of its columns. */
function gridOf(rows: readonly (readonly SpannedCell[])[]): {
  readonly cells: readonly (readonly string[])[];
  readonly shared: ReadonlySet<number>;
} {
  const above = new Map<number, { readonly text: string; left: number }>();
  const shared = new Set<number>();
  const cells = rows.map((row, at) => {
    const line: string[] = [];
    const addAbove = (): void => {
      for (let over = above.get(line.length); over !== undefined; over = above.get(line.length)) {
        over.left -= 1;
        if (over.left === 0) above.delete(line.length);
        line.push(over.text);
      }
    };
    for (const { text, wide, tall } of row) {
      addAbove();
      for (let part = 0; part < wide; part += 1) {
        const own = part === 0 ? text : '';
        if (tall > 1) above.set(line.length, { text: own, left: tall - 1 });
        if (part > 0 && at === 0) shared.add(line.length);
        line.push(own);
      }
    }
    addAbove();
    return line;
  });
  return { cells, shared };
}

/** The most that a cell is taken to reach over; what says more is no table of values. */
const maxSpan = 100;

function spanOf(cell: DomElement, name: 'colspan' | 'rowspan'): number {
  const span = Number(cell.getAttribute(name) ?? 1);
  return Number.isInteger(span) && span >= 1 && span <= maxSpan ? span : 1;
}

/** Every cell of it is a `<th>`, and none stands over several columns. */
function isHeaderRow(row: DomElement | null): boolean {
  const cells = [...(row?.childNodes ?? [])].filter(isElement);
  return (
    cells.length > 1 &&
    cells.every((cell) => cell.localName === 'th' && cell.getAttribute('colspan') === null)
  );
}

function cellsOf(row: DomElement): SpannedCell[] {
  const cells: SpannedCell[] = [];
  for (const cell of row.childNodes) {
    if (!isElement(cell) || isSilent(cell)) continue;
    const text = inlineOrLines(cell).replace(/\s*\n\s*/g, ' ');
    cells.push({ text, wide: spanOf(cell, 'colspan'), tall: spanOf(cell, 'rowspan') });
  }
  return cells;
}

/** Text of anything, a line per block in it. */
function inlineOrLines(element: DomElement): string {
  const pieces: Piece[] = [];
  if (holdsBlocksInside(element)) addMixed(element, pieces);
  else add('paragraph', inlineText(element), pieces);
  return pieces.map(({ text }) => text).join('\n');
}

function add(kind: Exclude<Block['kind'], 'heading'>, text: string, pieces: Piece[]): void {
  if (text.trim() !== '') pieces.push({ kind, text, level: 0 });
}

function rawInline(node: DomNode): string {
  if (node.nodeType === 3) return (node.textContent ?? '').replace(/[\s\u00a0]+/g, ' ');
  if (!isElement(node) || isSilent(node)) return '';
  if (node.localName === 'br') return '\n';
  if (node.localName === 'wbr') return '';
  let text = '';
  for (const child of node.childNodes) text += rawInline(child);
  return blockLike.has(node.localName) ? ` ${text} ` : text;
}

function collapse(text: string): string {
  return text
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

function holdsBlocks(element: DomElement): boolean {
  return blockLike.has(element.localName) || holdsBlocksInside(element);
}

function holdsBlocksInside(element: DomElement): boolean {
  for (const child of element.childNodes) if (isElement(child) && holdsBlocks(child)) return true;
  return false;
}

function isSilent(element: DomElement): boolean {
  return (
    silent.has(element.localName) ||
    element.getAttribute('hidden') !== null ||
    /display\s*:\s*none|visibility\s*:\s*hidden/i.test(element.getAttribute('style') ?? '')
  );
}

function isElement(node: DomNode): node is DomElement {
  return node.nodeType === 1;
}
