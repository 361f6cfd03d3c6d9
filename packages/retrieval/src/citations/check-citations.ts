import type { ChunkId } from '@winnow/core';
import { searchTerms, splitSentences } from '@winnow/text';
import type { AnswerSource } from '../answer/generator.ts';
import { cleanText } from '../clean-text.ts';
import { type Evidence, evidenceIn } from './evidence-in.ts';
import { findQuote, type Quote } from './find-quote.ts';
import { holdsNumbers } from './holds-numbers.ts';
import { type CitationMark, parseCitations } from './parse-citations.ts';
import { writeMarks } from './write-marks.ts';

/** A sentence of an answer, borne out by its source. */
export interface Citation {
  readonly n: number;
  readonly documentId: string;
  readonly chunkId: ChunkId;
  /** What the source says, letter for letter, without what nobody sees on the screen. */
  readonly quote: string;
}

/** A sentence of an answer that nothing bears out. */
export interface UnsupportedClaim {
  /** Offsets in the checked answer. */
  readonly start: number;
  readonly end: number;
  /**
   * - `uncited`: it names no source
   * - `unknown_source`: it names only sources that were not given
   * - `not_in_source`: the sources it names say something else, or say it only in orders to the model
   */
  readonly reason: 'uncited' | 'unknown_source' | 'not_in_source';
}

export interface CheckedAnswer {
  /** The answer with only the marks that passed, each written `[n]`. */
  readonly answer: string;
  /** In the order of the answer; each source and quote once. */
  readonly citations: readonly Citation[];
  /** In the order of the answer. */
  readonly unsupported: readonly UnsupportedClaim[];
  /** Ids that stood in the answer and name no source, in ascending order. */
  readonly unknownIds: readonly number[];
  /** Sources that give orders to the model that reads them, in ascending order. */
  readonly orders: readonly number[];
}

/** Share of a claim's terms that its source must hold. */
const leastSupport = 0.5;
/** An uncited sentence of fewer distinct terms (`Yes.`, `In short:`) makes no claim of its own, unless none is cited. */
const fewestTermsOfClaim = 3;

/**
 * Compares each sentence of an answer with the sources it cites. A mark passes if its source was given and
 * holds, in one place, enough of the sentence's terms, and all of its numbers anywhere; other marks are taken
 * out of the answer. What a source says in orders to the model bears out nothing. This knows words, not meaning: it
 * finds what is made up, not what is subtly turned round.
 *
 * @param answer text with marks as `parseCitations` knows them.
 */
export function checkCitations(answer: string, sources: readonly AnswerSource[]): CheckedAnswer {
  const { text, marks } = parseCitations(answer);
  const known = new Map(sources.map((source) => [source.n, { ...source, ...evidenceIn(source.text) }]));
  const sentences = sentencesOf(text, marks).map((sentence) => ({
    sentence,
    found: sentence.marks.map((mark) => ({ mark, citations: passing(text, sentence, mark, known) })),
  }));
  const marked = sentences.flatMap(({ found }) => found);
  const citations = marked.flatMap((entry) => entry.citations);
  const fewestTerms = citations.length === 0 ? 1 : fewestTermsOfClaim;
  const passed = new Map(marked.map((entry) => [entry.mark, entry.citations.map(({ n }) => n)]));
  const written = writeMarks(text, marks, passed);
  return {
    answer: written.text,
    citations: [
      ...new Map(citations.map((citation) => [`${citation.n}\0${citation.quote}`, citation])).values(),
    ],
    unsupported: sentences.flatMap(({ sentence, found }) => {
      if (found.some((entry) => entry.citations.length > 0)) return [];
      const reason = reasonAgainst(text, sentence, known, fewestTerms);
      return reason === null
        ? []
        : [{ ...written.moved({ start: sentence.start, end: sentence.end }), reason }];
    }),
    unknownIds: ascending(marks.flatMap(({ ids }) => ids).filter((id) => !known.has(id))),
    orders: ascending([...known.values()].filter((source) => source.addressesModel).map(({ n }) => n)),
  };
}

interface KnownSource extends AnswerSource, Evidence {}

interface Sentence {
  readonly start: number;
  readonly end: number;
  readonly marks: readonly CitationMark[];
}

/** A mark belongs to the sentence it stands in or behind; at the start of a line, to the one that follows. */
function sentencesOf(text: string, marks: readonly CitationMark[]): readonly Sentence[] {
  const spans = splitSentences(text);
  const owners = Map.groupBy(marks, ({ offset }) => {
    const leads = offset === 0 || text[offset - 1] === '\n';
    return leads
      ? spans.findIndex(({ end }) => end > offset)
      : spans.findLastIndex(({ start }) => start < offset);
  });
  return spans.map(({ start, end }, index) => ({ start, end, marks: owners.get(index) ?? [] }));
}

/** The citations of one mark that hold, for the whole sentence or for the part between the mark before and it. */
function passing(
  text: string,
  sentence: Sentence,
  mark: CitationMark,
  known: ReadonlyMap<number, KnownSource>,
): readonly Citation[] {
  const before = sentence.marks[sentence.marks.indexOf(mark) - 1]?.offset ?? sentence.start;
  const claims = [text.slice(sentence.start, sentence.end), text.slice(before, mark.offset)];
  return mark.ids.flatMap((n) => {
    const source = known.get(n);
    if (source === undefined) return [];
    const quote = claims
      .filter((claim) => holdsNumbers(source.parts.join('\n'), claim))
      .map((claim) => bestQuote(claim, source.parts))
      .find((found) => found !== null && found.support >= leastSupport);
    if (quote === undefined || quote === null) return [];
    return [{ n, documentId: source.documentId, chunkId: source.chunkId, quote: cleanText(quote.text) }];
  });
}

function bestQuote(claim: string, parts: readonly string[]): Quote | null {
  const quotes = parts.map((part) => findQuote(claim, part)).filter((quote) => quote !== null);
  return quotes.sort((left, right) => right.support - left.support)[0] ?? null;
}

function reasonAgainst(
  text: string,
  sentence: Sentence,
  known: ReadonlyMap<number, KnownSource>,
  fewestTerms: number,
): UnsupportedClaim['reason'] | null {
  const ids = sentence.marks.flatMap((mark) => mark.ids);
  if (ids.some((id) => known.has(id))) return 'not_in_source';
  if (ids.length > 0) return 'unknown_source';
  const terms = new Set(searchTerms(text.slice(sentence.start, sentence.end)));
  return terms.size < fewestTerms ? null : 'uncited';
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((left, right) => left - right);
}
