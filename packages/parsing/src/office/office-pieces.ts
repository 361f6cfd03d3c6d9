import type { Place } from '@winnow/core';
import type { OfficeContentNode } from 'officeparser';
import type { Piece } from '../pieces/piece.ts';
import { tableText } from '../pieces/table-text.ts';

/** Deeper nodes are read as text. */
const maxDepth = 64;

/** What a document says in its own order; under each slide's and sheet's name what is on it. */
export function officePieces(nodes: readonly OfficeContentNode[]): Piece[] {
  const pieces: Piece[] = [];
  addAll(nodes, { place: {}, below: 0, depth: 0 }, pieces);
  return pieces;
}

interface Under {
  readonly place: Place;
  /** Levels of the headings above, which those inside come below. */
  readonly below: number;
  readonly depth: number;
}

function addAll(nodes: readonly OfficeContentNode[], under: Under, pieces: Piece[]): void {
  let items: string[] = [];
  const closeList = (): void => {
    if (items.length > 0) pieces.push({ kind: 'list', text: items.join('\n'), level: 0, place: under.place });
    items = [];
  };
  for (const node of nodes) {
    if (node.type === 'list') items.push(itemOf(node));
    else {
      closeList();
      addNode(node, under, pieces);
    }
  }
  closeList();
}

function addNode(node: OfficeContentNode, under: Under, pieces: Piece[]): void {
  const { place, below } = under;
  const children = node.children ?? [];
  switch (node.type) {
    case 'slide': {
      const slide = { place: placeOfSlide(node, under), below: 0, depth: under.depth + 1 };
      addAll(children, slide, pieces);
      break;
    }
    case 'sheet': {
      const sheet = node.metadata?.sheetName ?? '';
      const there = sheet === '' ? place : { sheet };
      pieces.push({ kind: 'heading', text: sheet, level: 1, place: there });
      addSheet(children, { place: there, below: 1, depth: under.depth + 1 }, pieces);
      break;
    }
    case 'heading': {
      const level = Math.min(6, below + (node.metadata?.level ?? 1));
      pieces.push({ kind: 'heading', text: textOf(node), level, place });
      break;
    }
    case 'table':
      pieces.push({ kind: 'table', text: tableText(rowsOf(node), 'unknown'), level: 0, place });
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
      } else pieces.push({ kind: 'paragraph', text: textOf(node), level: 0, place });
  }
}

/** Rows before the first one with two cells are titles; that one may name the columns. */
function addSheet(children: readonly OfficeContentNode[], under: Under, pieces: Piece[]): void {
  const rows = children.filter(({ type }) => type === 'row').map(cellsOf);
  const filled = rows.filter((row) => row.some((cell) => cell !== ''));
  const first = filled.findIndex((row) => row.filter((cell) => cell !== '').length > 1);
  const titles = first === -1 ? filled : filled.slice(0, first);
  for (const title of titles) {
    pieces.push({ kind: 'paragraph', text: title.join(' ').trim(), level: 0, place: under.place });
  }
  const table = first === -1 ? [] : withoutEmptyColumns(filled.slice(first));
  pieces.push({ kind: 'table', text: tableText(table, 'unknown'), level: 0, place: under.place });
  addAll(
    children.filter(({ type }) => type !== 'row'),
    under,
    pieces,
  );
}

function withoutEmptyColumns(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const used = new Set(rows.flatMap((row) => row.flatMap((cell, column) => (cell === '' ? [] : [column]))));
  const columns = [...used].sort((left, right) => left - right);
  return rows.map((row) => columns.map((column) => row[column] ?? ''));
}

function placeOfSlide(node: OfficeContentNode, under: Under): Place {
  const number = node.type === 'slide' ? node.metadata?.slideNumber : undefined;
  return number === undefined ? under.place : { slide: number };
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
