/** A run of text as pdf.js gives it: one font, one baseline. */
export interface PdfRun {
  readonly str: string;
  /** `[a, b, c, d, x, y]`, in points; y grows upwards. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

/** A line of a page. */
export interface PdfLine {
  readonly text: string;
  /** Of its baseline, in points from below. */
  readonly y: number;
  readonly x: number;
  /** Where it ends. */
  readonly right: number;
  /** Of its largest letters, in points. */
  readonly height: number;
}

/** Runs on one baseline, in the order in which the file has them: that of columns, where a page has any. */
export function linesOf(runs: readonly PdfRun[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let open: PdfRun[] = [];
  const close = (): void => {
    const line = lineOf(open);
    if (line !== null) lines.push(line);
    open = [];
  };
  for (const run of runs) {
    const last = open.at(-1);
    if (last !== undefined && !isOnLine(last, run)) close();
    open.push(run);
    if (run.hasEOL) close();
  }
  close();
  return lines;
}

/** The height of most letters. */
export function bodyHeightOf(pages: readonly (readonly PdfLine[])[]): number {
  const units = new Map<number, number>();
  for (const { height, text } of pages.flat()) {
    const rounded = Math.round(height * 2) / 2;
    units.set(rounded, (units.get(rounded) ?? 0) + text.length);
  }
  return [...units].reduce((most, next) => (next[1] > most[1] ? next : most), [0, 0])[0];
}

function lineOf(runs: readonly PdfRun[]): PdfLine | null {
  const text = textOf(runs);
  const [first] = runs.filter(({ str }) => str.trim() !== '');
  if (first === undefined) return null;
  const [x, y] = placeOf(first);
  return {
    text,
    x,
    y,
    right: Math.max(...runs.map((run) => placeOf(run)[0] + run.width)),
    height: Math.max(...runs.map((run) => (run.str.trim() === '' ? 0 : heightOf(run)))),
  };
}

function textOf(runs: readonly PdfRun[]): string {
  let text = '';
  let end = Number.NaN;
  for (const run of runs) {
    const [x] = placeOf(run);
    // Cells of a row are drawn one by one, with nothing between them but room.
    const isApart = x - end > heightOf(run) * 1.5 && !text.endsWith(' ') && !run.str.startsWith(' ');
    text += isApart ? ` ${run.str}` : run.str;
    end = x + run.width;
  }
  return text
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(upright, (sign) => sign.normalize('NFKC'))
    .trim();
}

/** Signs in the forms that they have in vertical lines, and have nowhere else. */
const upright = /[\ufe10-\ufe19\ufe30-\ufe44\ufe47\ufe48]/g;

function isOnLine(last: PdfRun, next: PdfRun): boolean {
  const height = Math.max(heightOf(last), heightOf(next), 1);
  // On a page that lies on its side, lines go along x.
  return Math.abs(placeOf(last)[1] - placeOf(next)[1]) < height * 0.5 || isUpright(next);
}

function isUpright({ transform }: PdfRun): boolean {
  return Math.abs(transform[0] ?? 0) < 1e-6 && Math.abs(transform[1] ?? 0) > 0;
}

function heightOf({ height, transform }: PdfRun): number {
  return height > 0 ? height : Math.hypot(transform[2] ?? 0, transform[3] ?? 0);
}

function placeOf({ transform }: PdfRun): readonly [x: number, y: number] {
  return [transform[4] ?? 0, transform[5] ?? 0];
}
