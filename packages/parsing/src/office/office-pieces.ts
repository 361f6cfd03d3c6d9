import type { Place } from '@winnow/core';
import type { OfficeContentNode } from 'officeparser';
import type { Piece } from '../pieces/piece.ts';
import { tableText } from '../pieces/table-text.ts';
import { cellKey, type ShownCells } from './workbook-cells.ts';

/** Deeper nodes are read as text. */
const maxDepth = 64;

/** What a document says in its own order; under each slide's and sheet's name what is on it. */
export function officePieces(
  nodes: readonly OfficeContentNode[],
  shown: ReadonlyMap<string, ShownCells> = new Map(),
): Piece[] {
  const pieces: Piece[] = [];
  addAll(nodes, { place: {}, below: 0, depth: 0, shown }, pieces);
  return pieces;
}

interface Under {
  readonly place: Place;
  /** Levels of the headings above, which those inside come below. */
  readonly below: number;
  readonly depth: number;
  /** Of a workbook, by sheet. */
  readonly shown: ReadonlyMap<string, ShownCells>;
}

function addAll(nodes: readonly OfficeContentNode[], under: Under, pieces: Piece[]): void {
  let items: OfficeContentNode[] = [];
  const closeList = (): void => {
    if (items.length > 0) {
      pieces.push({ kind: 'list', text: items.map(itemOf).join('\n'), level: 0, place: under.place });
    }
    for (const item of items) addNotes(item, under, pieces);
    items = [];
  };
  for (const node of nodes) {
    if (node.type === 'list') items.push(node);
    else {
      closeList();
      addNode(node, under, pieces);
    }
  }
  closeList();
}

/** Footnotes of what stands in a block, behind it. */
function addNotes(node: OfficeContentNode, under: Under, pieces: Piece[]): void {
  if (under.depth >= maxDepth) return;
  const deeper = { ...under, depth: under.depth + 1 };
  addOwnNotes(node, under, pieces);
  for (const child of node.children ?? []) addNotes(child, deeper, pieces);
}

/** What a speaker is to say of a slide stands below it. */
function addOwnNotes({ notes = [] }: OfficeContentNode, under: Under, pieces: Piece[]): void {
  if (under.depth >= maxDepth) return;
  for (const note of notes) addNode(note, { ...under, depth: under.depth + 1 }, pieces);
}

function addNode(node: OfficeContentNode, under: Under, pieces: Piece[]): void {
  const { place, below } = under;
  const children = node.children ?? [];
  switch (node.type) {
    case 'slide': {
      const slide = { ...under, place: placeOfSlide(node, under), below: 0, depth: under.depth + 1 };
      addAll(children, slide, pieces);
      addOwnNotes(node, slide, pieces);
      break;
    }
    case 'sheet': {
      const sheet = node.metadata?.sheetName ?? '';
      const there = sheet === '' ? place : { sheet };
      pieces.push({ kind: 'heading', text: sheet, level: 1, place: there });
      addSheet(children, { ...under, place: there, below: 1, depth: under.depth + 1 }, pieces);
      break;
    }
    case 'heading': {
      const level = Math.min(6, below + (node.metadata?.level ?? 1));
      pieces.push({ kind: 'heading', text: textOf(node), level, place });
      addNotes(node, under, pieces);
      break;
    }
    case 'table':
      pieces.push({ kind: 'table', text: tableText(rowsOf(node), 'unknown'), level: 0, place });
      addNotes(node, under, pieces);
      break;
    case 'code':
      pieces.push({ kind: 'code', text: textOf(node), level: 0, place });
      break;
    case 'image':
    case 'drawing':
      break;
    case 'page':
      addAll(children, { ...under, depth: under.depth + 1 }, pieces);
      break;
    default:
      if (under.depth < maxDepth && children.some(isBlock)) {
        addAll(children, { ...under, depth: under.depth + 1 }, pieces);
        addOwnNotes(node, under, pieces);
      } else {
        pieces.push({ kind: 'paragraph', text: textOf(node), level: 0, place });
        addNotes(node, under, pieces);
      }
  }
}

/** Rows before the first one with two cells are titles; that one may name the columns. */
function addSheet(children: readonly OfficeContentNode[], under: Under, pieces: Piece[]): void {
  const shown = under.shown.get(under.place.sheet ?? '');
  const rows = rowsAsShown(
    children.filter(({ type }) => type === 'row'),
    shown,
  );
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''));
  const first = filled.findIndex(({ cells }) => cells.filter((cell) => cell !== '').length > 1);
  const titles = first === -1 ? filled : filled.slice(0, first);
  for (const { cells } of titles) {
    pieces.push({ kind: 'paragraph', text: cells.join(' ').trim(), level: 0, place: under.place });
  }
  const table = first === -1 ? [] : filled.slice(first);
  const columns = usedColumns(table);
  const cells = table.map((row) => columns.map((column) => row.cells[column] ?? ''));
  const head = table[0]?.number;
  const shared = new Set(
    [...columns.keys()].filter(
      (at) => head !== undefined && shown?.shared.has(cellKey(head, columns[at] ?? -1)) === true,
    ),
  );
  pieces.push({ kind: 'table', text: tableText(cells, 'unknown', shared), level: 0, place: under.place });
  addAll(
    children.filter(({ type }) => type !== 'row'),
    under,
    pieces,
  );
}

interface SheetRow {
  /** In its sheet, from 0; undefined where that is not known. */
  readonly number: number | undefined;
  readonly cells: readonly string[];
}

/** Columns in which any row has something, in their order. */
function usedColumns(rows: readonly SheetRow[]): readonly number[] {
  const used = new Set(
    rows.flatMap(({ cells }) => cells.flatMap((cell, column) => (cell === '' ? [] : [column]))),
  );
  return [...used].sort((left, right) => left - right);
}

function placeOfSlide(node: OfficeContentNode, under: Under): Place {
  const number = node.type === 'slide' ? node.metadata?.slideNumber : undefined;
  return number === undefined ? under.place : { slide: number };
}

/** Rows with days as days and percentages as percentages, and what merged cells have in common in each row that they reach over. */
function rowsAsShown(rows: readonly OfficeContentNode[], shown: ShownCells | undefined): readonly SheetRow[] {
  const written = new Map<string, string>();
  return rows.map((node) => {
    const row = (node.children ?? []).find(({ type }) => type === 'cell');
    const number = row?.type === 'cell' ? row.metadata?.row : undefined;
    const cells = [...cellsOf(node)];
    if (number === undefined || shown === undefined) return { number, cells };
    for (const [column, cell] of cells.entries()) {
      const key = cellKey(number, column);
      const common = cell === '' ? written.get(shown.copies.get(key) ?? '') : undefined;
      cells[column] = common ?? shown.texts.get(key) ?? cell;
      if (shown.copies.size > 0) written.set(key, cells[column] ?? '');
    }
    return { number, cells };
  });
}

function rowsOf(table: OfficeContentNode): readonly (readonly string[])[] {
  return (table.children ?? []).filter(({ type }) => type === 'row').map(cellsOf);
}

/** Cells by their columns, which may have gaps. */
function cellsOf(row: OfficeContentNode): readonly string[] {
  const cells: string[] = [];
  for (const cell of row.children ?? []) {
    const column = cell.type === 'cell' ? (cell.metadata?.col ?? cells.length) : cells.length;
    while (cells.length < column && column < maxColumns) cells.push('');
    cells[Math.min(column, cells.length)] = textOf(cell);
  }
  return cells;
}

/** As many as Excel has. */
const maxColumns = 16_384;

function itemOf(node: OfficeContentNode): string {
  const depth = node.type === 'list' ? Math.min(node.metadata?.indentation ?? 0, 8) : 0;
  const isOrdered = node.type === 'list' && node.metadata?.listType === 'ordered';
  const mark = isOrdered ? `${(node.metadata?.itemIndex ?? 0) + 1}.` : '-';
  return `${'  '.repeat(depth)}${mark} ${textOf(node).replace(/\s*\n\s*/g, ' ')}`;
}

function textOf({ text, children }: OfficeContentNode): string {
  if (text !== undefined && text !== '') return text.trim();
  return (children ?? []).map(textOf).join('').trim();
}

function isBlock({ type }: OfficeContentNode): boolean {
  return type !== 'text' && type !== 'break' && type !== 'image';
}
