import { unzipSync } from 'fflate';

/**
 * What cells of a sheet show besides what is written in them, by row and column from 0: days, times and percentages, which
 * are numbers in the file, and the value that merged cells have in common.
 */
export interface ShownCells {
  readonly texts: ReadonlyMap<string, string>;
  /** Cells that show what another shows. */
  readonly copies: ReadonlyMap<string, string>;
  /** Cells that are one with the cell before them. */
  readonly shared: ReadonlySet<string>;
}

/** Of all sheets of a workbook. */
const maxShown = 1_000_000;
/** Rows that one merged cell reaches over; taller ones are decoration. */
const maxMergedRows = 1_000;
/** What a number is shown as. */
type Shown = 'moment' | 'percentage';

/** Built-in formats of percentages: `0%`, `0.00%`. */
const isBuiltInPercentage = (id: number): boolean => id === 9 || id === 10;
/** Built-in formats of days and times, those of Chinese, Japanese and Korean among them. */
const isBuiltInMoment = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
const dayMs = 86_400_000;

/** How the place of a cell is written in {@link ShownCells}. */
export function cellKey(row: number, column: number): string {
  return `${row} ${column}`;
}

/** By the name of the sheet; nothing where the file is not as workbooks are. */
export function shownCells(bytes: Uint8Array): ReadonlyMap<string, ShownCells> {
  const shown = new Map<string, ShownCells>();
  const book = membersOf(bytes, (name) =>
    /^xl\/(?:workbook|styles)\.xml$|^xl\/_rels\/workbook\.xml\.rels$/.test(name),
  );
  const workbook = book['xl/workbook.xml'] ?? '';
  const styles = stylesOf(book['xl/styles.xml'] ?? '');
  const firstDay = /<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"/.test(workbook)
    ? Date.UTC(1904, 0, 1)
    : Date.UTC(1899, 11, 30);
  const targets = new Map(
    tags(book['xl/_rels/workbook.xml.rels'] ?? '', 'Relationship').map((tag) => [
      attribute(tag, 'Id'),
      attribute(tag, 'Target'),
    ]),
  );
  let left = maxShown;
  for (const sheet of tags(workbook, 'sheet')) {
    const target = targets.get(attribute(sheet, 'r:id')) ?? '';
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    const xml = membersOf(bytes, (name) => name === path)[path];
    if (xml === undefined) continue;
    const cells = cellsOf(xml, styles, firstDay, left);
    left -= cells.texts.size + cells.copies.size + cells.shared.size;
    shown.set(decoded(attribute(sheet, 'name')), cells);
  }
  return shown;
}

function cellsOf(
  xml: string,
  styles: ReadonlyMap<number, Shown>,
  firstDay: number,
  most: number,
): ShownCells {
  const texts = new Map<string, string>();
  const copies = new Map<string, string>();
  const shared = new Set<string>();
  const cells =
    styles.size === 0 ? [] : xml.matchAll(/<(?:\w+:)?c\s([^>]*[^/>])>([^<]*<[\s\S]{0,4096}?)<\/(?:\w+:)?c>/g);
  for (const [, attributes = '', content = ''] of cells) {
    if (texts.size >= most) break;
    const style = styles.get(Number(attribute(attributes, 's') || Number.NaN));
    if (style === undefined || /\bt="[^n]/.test(attributes)) continue;
    const place = placeOf(attribute(attributes, 'r'));
    const number = Number(/<(?:\w+:)?v>([^<]*)</.exec(content)?.[1] ?? Number.NaN);
    const text = style === 'moment' ? momentText(number, firstDay) : percentageText(number);
    if (place !== null && text !== null) texts.set(cellKey(place.row, place.column), text);
  }
  for (const merged of tags(xml, 'mergeCell')) {
    const [first, last] = attribute(merged, 'ref').split(':').map(placeOf);
    if (!first || !last || last.row - first.row > maxMergedRows) continue;
    for (let row = first.row + 1; row <= last.row && texts.size + copies.size < most; row += 1) {
      copies.set(cellKey(row, first.column), cellKey(first.row, first.column));
    }
    for (let column = first.column + 1; column <= last.column && shared.size < most; column += 1) {
      shared.add(cellKey(first.row, column));
    }
  }
  return { texts, copies, shared };
}

/** By their numbers, the cell formats that show a number as something else. */
function stylesOf(xml: string): ReadonlyMap<number, Shown> {
  const custom = new Map(
    tags(xml, 'numFmt').map((tag) => [
      Number(attribute(tag, 'numFmtId')),
      shownBy(decoded(attribute(tag, 'formatCode'))),
    ]),
  );
  const formats = /<(?:\w+:)?cellXfs\b[^>]*>([\s\S]*?)<\/(?:\w+:)?cellXfs>/.exec(xml)?.[1] ?? '';
  return new Map(
    tags(formats, 'xf').flatMap((tag, at): readonly (readonly [number, Shown])[] => {
      const id = Number(attribute(tag, 'numFmtId') || 0);
      if (isBuiltInMoment(id)) return [[at, 'moment']];
      const shown = isBuiltInPercentage(id) ? 'percentage' : custom.get(id);
      return shown == null ? [] : [[at, shown]];
    }),
  );
}

/** By letters of days and times, or a percent sign, besides what is quoted, escaped, or says a colour or a language. */
function shownBy(code: string): Shown | null {
  const [positive = ''] = code.replace(/"[^"]*"|\\.|_.|\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '').split(';');
  if (/[0#?][^ymdhs]*%|%[^ymdhs]*[0#?]/i.test(positive)) return 'percentage';
  return /[ymdhs]/i.test(positive) && !/general|[0#?]\s*e\+/i.test(positive) ? 'moment' : null;
}

/** Whole, though the format may show less of it, and without the noise of a binary fraction; null for what is no number. */
function percentageText(number: number): string | null {
  return Number.isFinite(number) ? `${Number((number * 100).toPrecision(12))}%` : null;
}

/** A day, with a time where there is one; a time alone; null for what is neither. */
function momentText(number: number, firstDay: number): string | null {
  if (!Number.isFinite(number) || number < 0 || number >= 2_958_466) return null;
  // To Excel 1900 was a leap year: days before its 29th of February are one later.
  const days = firstDay < Date.UTC(1900, 0, 1) && number >= 1 && number < 60 ? number + 1 : number;
  const moment = new Date(Math.round((firstDay + days * dayMs) / 1_000) * 1_000).toISOString();
  const time = moment.slice(11, 19).replace(/:00$/, '');
  if (number < 1) return time;
  return Number.isInteger(number) ? moment.slice(0, 10) : `${moment.slice(0, 10)} ${time}`;
}

function placeOf(reference: string): { readonly row: number; readonly column: number } | null {
  const [, letters = '', row] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference) ?? [];
  if (row === undefined) return null;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(row) - 1, column };
}

function membersOf(bytes: Uint8Array, takes: (name: string) => boolean): Readonly<Record<string, string>> {
  try {
    const files = Object.entries(unzipSync(bytes, { filter: ({ name }) => takes(name) }));
    return Object.fromEntries(files.map(([name, content]) => [name, new TextDecoder().decode(content)]));
  } catch {
    return {};
  }
}

/** The attributes of each tag of that name. */
function tags(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s([^>]{0,4096})>`, 'g'))].map(
    ([, attributes = '']) => attributes,
  );
}

function attribute(attributes: string, name: string): string {
  const known = patterns.get(name) ?? new RegExp(`(?:^|\\s)${name}="([^"]*)"`);
  patterns.set(name, known);
  return known.exec(attributes)?.[1] ?? '';
}

const patterns = new Map<string, RegExp>();

function decoded(text: string): string {
  return text
    .replace(/&#(\d{1,7});/g, (_, code) => String.fromCodePoint(Math.min(Number(code), 0x10ffff)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
