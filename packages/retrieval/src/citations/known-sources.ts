import { searchTerms } from '@winnow/text';
import type { AnswerSource } from '../answer/generator.ts';
import { columnsAtEnd } from '../markup/rows-in.ts';
import { type Evidence, evidenceIn } from './evidence-in.ts';

/** A source as an answer is compared with it. */
export interface KnownSource extends AnswerSource, Evidence {
  /** Of the table that it goes on with. */
  readonly columns: readonly string[];
}

/** Sources by their number; those of one document are given in its order. */
export function knownSources(sources: readonly AnswerSource[]): ReadonlyMap<number, KnownSource> {
  const known = new Map<number, KnownSource>();
  const ends = new Map<string, readonly string[]>();
  for (const source of sources) {
    const columns = ends.get(source.documentId) ?? [];
    known.set(source.n, { ...source, ...evidenceIn(source.text), columns });
    ends.set(source.documentId, columnsAtEnd(source.text, columns));
  }
  return known;
}

/** Whether it says no more than what a source stands under. */
export function isHeadingOf({ title, headings = [] }: KnownSource, said: string): boolean {
  return new Set(searchTerms(said)).isSubsetOf(new Set(searchTerms([title, ...headings].join('\n'))));
}
