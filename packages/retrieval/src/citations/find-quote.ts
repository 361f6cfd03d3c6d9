import { searchTerms, splitSentences } from '@winnow/text';
import { rowsIn } from '../markup/rows-in.ts';

/** A passage of a source that says what a claim says, as far as words tell. */
export interface Quote {
  /** Stands in the source, letter for letter. */
  readonly text: string;
  /** Share of the claim's distinct search terms that stand in the quote, 0–1. */
  readonly support: number;
  /**
   * The quote with a sentence before and one behind it; a row of a table with the names of its columns, and with other rows
   * that the claim names.
   */
  readonly around: string;
}

/** How much a second sentence must add before it is quoted too. */
const worthOfSecondSentence = 0.15;

/**
 * The sentence of a source, or two neighbouring ones where the second adds much, that shares most terms with
 * a claim. Works in any language that search terms work in.
 *
 * @param columns names of the columns of a table that the source goes on with.
 * @returns null if claim or source hold no terms.
 */
export function findQuote(claim: string, source: string, columns: readonly string[] = []): Quote | null {
  const wanted = new Set(searchTerms(claim));
  if (wanted.size === 0) return null;
  const units = unitsIn(source, columns, wanted).map((unit) => ({
    ...unit,
    held: wanted.intersection(new Set(searchTerms(unit.said))),
  }));
  const singles = units.map((unit) => ({ ...unit, support: unit.held.size / wanted.size }));
  const pairs = units.slice(1).flatMap((second, index) => {
    const first = units[index];
    if (first === undefined || isForeign(first) || isForeign(second)) return [];
    const support = first.held.union(second.held).size / wanted.size;
    return [{ ...second, start: first.start, said: `${first.said}\n${second.said}`, support }];
  });
  const single = bestOf(singles);
  const pair = bestOf(pairs);
  if (single === null) return null;
  const best = pair !== null && pair.support >= single.support + worthOfSecondSentence ? pair : single;
  const before = units.findLast(({ end }) => end <= best.start);
  const after = units.find(({ start }) => start >= best.end);
  const near = [before, after].filter((unit) => unit !== undefined && !(best.isRow && isForeign(unit)));
  const named = units.filter((unit) => unit.isRow && !isForeign(unit));
  return {
    text: source.slice(best.start, best.end),
    support: best.support,
    around: [best, ...near, ...named].map((unit) => unit?.said).join('\n'),
  };
}

interface Unit {
  readonly start: number;
  readonly end: number;
  /** A row with the names of its columns. */
  readonly said: string;
  readonly isRow: boolean;
  /** Of a row: a cell that no other has stands in the claim, as the name of what it is about. */
  readonly isNamed: boolean;
}

/** A row about something else than the claim, whose numbers are not its. */
function isForeign({ isRow, isNamed }: Unit): boolean {
  return isRow && !isNamed;
}

/** Sentences, and rows of tables by what they say together with their head. */
function unitsIn(source: string, columns: readonly string[], wanted: ReadonlySet<string>): readonly Unit[] {
  const found = rowsIn(source, columns);
  const rows = found.map(({ start, end, shown, cells }) => ({
    start,
    end,
    said: shown,
    isRow: true,
    isNamed: cells.some(
      (cell) => isHeld(cell, wanted) && found.filter((row) => row.cells.includes(cell)).length === 1,
    ),
  }));
  const sentences = splitSentences(source)
    .filter((span) => !rows.some((row) => span.start < row.end && row.start < span.end))
    .map(({ start, end }) => ({ start, end, said: source.slice(start, end), isRow: false, isNamed: false }));
  return rows.length === 0
    ? sentences
    : [...sentences, ...rows].sort((left, right) => left.start - right.start);
}

/** Whether a cell is more than a number, and all of it stands in a claim. */
function isHeld(cell: string, wanted: ReadonlySet<string>): boolean {
  const terms = searchTerms(cell);
  return /\p{L}/u.test(cell) && terms.length > 0 && terms.every((term) => wanted.has(term));
}

/** The first of those with the highest support. */
function bestOf<Span extends { readonly support: number }>(spans: readonly Span[]): Span | null {
  return spans.reduce<Span | null>(
    (best, span) => (best === null || span.support > best.support ? span : best),
    null,
  );
}
