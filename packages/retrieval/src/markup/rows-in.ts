import { blocksIn, cellsOf } from './blocks-in.ts';
import { rowText } from './shown-text.ts';

/** A row of a table; `text.slice(start, end)`. */
export interface Row {
  readonly start: number;
  readonly end: number;
  /** As they stand. */
  readonly cells: readonly string[];
  /** With the names of its columns, where the text has them. */
  readonly shown: string;
}

/**
 * The rows of the tables in a piece of Markdown, in order, without their heads.
 * @param columns of a table that it goes on with, whose head is elsewhere.
 */
export function rowsIn(text: string, columns: readonly string[] = []): readonly Row[] {
  if (!text.includes('|')) return [];
  return blocksIn(text).flatMap((block) =>
    block.kind === 'table'
      ? block.rows.map(({ start, end }) => {
          const cells = cellsOf(text.slice(start, end));
          return {
            start,
            end,
            cells,
            shown: rowText(cells, block.columns.length > 0 ? block.columns : columns),
          };
        })
      : [],
  );
}

/** The names of the columns of the table that a text ends within, or none. @param before as {@link rowsIn}'s. */
export function columnsAtEnd(text: string, before: readonly string[] = []): readonly string[] {
  const last = text.includes('|') ? blocksIn(text).at(-1) : undefined;
  if (last?.kind !== 'table') return [];
  return last.columns.length > 0 ? last.columns : before;
}
