import { type ChunkId, type Place, placeOf } from '@winnow/core';
import { searchTerms } from '@winnow/text';
import type { AnswerSource } from '../answer/generator.ts';
import { cleanText } from '../clean-text.ts';
import type { Meaning } from './across-languages.ts';
import { type SupportLimits, supportLimits } from './bears-out.ts';
import { type Finding, findingFor, type Measure } from './check-source.ts';
import { type Claim, claimsIn } from './claims-in.ts';
import { findCode } from './find-code.ts';
import { isHeadingOf, type KnownSource, knownSources } from './known-sources.ts';
import { mergeCitations } from './merge-citations.ts';
import { type CitationMark, parseCitations } from './parse-citations.ts';
import { writeMarks } from './write-marks.ts';

/** A sentence of an answer, borne out by its source. */
export interface Citation extends Place {
  readonly n: number;
  readonly documentId: string;
  readonly chunkId: ChunkId;
  readonly title: string;
  /** Those the chunk is under, outermost first. */
  readonly headings: readonly string[];
  /** What the source says, letter for letter, without what nobody sees on the screen. */
  readonly quote: string;
  /** False where the source is in another language and only numbers and code could be compared: see the notes. */
  readonly checked: boolean;
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

/** What an answer is checked with. */
export interface CheckOptions {
  /** What was asked: `Yes [1].` says nothing without it. */
  readonly question?: string;
  readonly limits?: SupportLimits;
  /** For sources in another language than the answer; without it they are not checked but for numbers and code. */
  readonly meaning?: Meaning | null;
  /**
   * The marks that are left are numbered from 1 in the order of the answer, instead of as their sources, and quotes of
   * one source that touch become one.
   */
  readonly forReader?: boolean;
}

/** An uncited sentence of fewer distinct terms (`Yes.`, `In short:`) makes no claim of its own, unless none is cited. */
const fewestTermsOfClaim = 3;

/** As {@link checkCitations}, a sentence and a source after the other. @param pause awaited between two of them. */
export async function checkCitationsInSteps(
  answer: string,
  sources: readonly AnswerSource[],
  options: CheckOptions,
  pause: () => Promise<void>,
): Promise<CheckedAnswer> {
  const steps = stepsOfCheck(answer, sources, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await pause();
  }
}

/**
 * Compares each sentence of an answer with the sources it cites. A mark passes if its source was given and says, in
 * one place, what the sentence says, as far as words tell (`isBorneOut`); other marks are taken out of the answer.
 * A sentence without a mark is compared with what the next mark of its paragraph cites. What a source says in orders to the
 * model bears out nothing. This knows words, not meaning: it finds what is made up, not all that is subtly turned
 * round.
 *
 * @param answer text with marks as `parseCitations` knows them.
 */
export function checkCitations(
  answer: string,
  sources: readonly AnswerSource[],
  options: CheckOptions = {},
): CheckedAnswer {
  const steps = stepsOfCheck(answer, sources, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Yields before each sentence, and before each source that it is compared with. */
function* stepsOfCheck(
  answer: string,
  sources: readonly AnswerSource[],
  { question = '', limits = supportLimits, meaning = null, forReader = false }: CheckOptions,
): Generator<void, CheckedAnswer> {
  const { text, marks } = parseCitations(answer);
  const known = knownSources(sources);
  const checking: Checking = { text, known, question, measure: { limits, meaning } };
  const claims = claimsIn(text, marks);
  const checked: CheckedClaim[] = [];
  for (const [index, claim] of claims.entries()) {
    yield;
    const led = codeUnder(text, claims, index);
    const found: CheckedMark[] = [];
    for (const mark of claim.marks) {
      const own = yield* passing(checking, claim, mark);
      // Beside code there is no room for its mark: the words before it bear it, once they stand themselves.
      const others =
        led === null || (own.length === 0 && !claim.leads)
          ? []
          : mark.ids.filter((id) => own.every(({ n }) => n !== id));
      const ofCode = led === null || others.length === 0 ? [] : yield* passing(checking, led, mark);
      found.push({ mark, citations: [...own, ...ofCode.filter(({ n }) => others.includes(n))] });
    }
    const later =
      claim.marks.length > 0
        ? undefined
        : (markOfParagraph(claims, index) ?? markOfLead(text, claims, index));
    checked.push({
      claim,
      found,
      borrowed: later === undefined ? [] : yield* passing(checking, claim, later),
    });
  }
  const citations = checked.flatMap(({ found, borrowed }) => [
    ...found.flatMap((one) => one.citations),
    ...borrowed,
  ]);
  const fewestTerms = citations.length === 0 ? 1 : fewestTermsOfClaim;
  const numbers = numbersOf([
    ...checked.flatMap(({ found }) => found.flatMap((entry) => entry.citations)),
    ...citations,
  ]);
  const numberOf = (n: number) => (forReader ? (numbers.get(n) ?? n) : n);
  const passed = new Map(
    checked.flatMap(({ found }) =>
      found.map((entry) => [entry.mark, [...new Set(entry.citations.map(({ n }) => numberOf(n)))]] as const),
    ),
  );
  const written = writeMarks(text, marks, passed);
  const distinct = [
    ...new Map(citations.map((citation) => [`${citation.n}\0${citation.quote}`, citation])).values(),
  ];
  const merged = forReader ? mergeCitations(distinct, ({ n }) => known.get(n)?.text ?? '') : distinct;
  return {
    answer: written.text,
    citations: merged.map((citation) => ({ ...citation, n: numberOf(citation.n) })),
    unsupported: checked.flatMap(({ claim, found, borrowed }) => {
      if (borrowed.length > 0 || found.some((entry) => entry.citations.length > 0)) return [];
      const reason = reasonAgainst(checking, claim, fewestTerms);
      return reason === null ? [] : [{ ...written.moved({ start: claim.start, end: claim.end }), reason }];
    }),
    unknownIds: ascending(marks.flatMap(({ ids }) => ids).filter((id) => !known.has(id))),
    orders: ascending([...known.values()].filter((source) => source.addressesModel).map(({ n }) => n)),
  };
}

/** A sentence, what holds of its own marks, and of one further on that is meant for it too. */
interface CheckedClaim {
  readonly claim: Claim;
  readonly found: readonly CheckedMark[];
  readonly borrowed: readonly Citation[];
}

interface CheckedMark {
  readonly mark: CitationMark;
  readonly citations: readonly Citation[];
}

interface Checking {
  /** The answer without marks. */
  readonly text: string;
  readonly known: ReadonlyMap<number, KnownSource>;
  readonly question: string;
  readonly measure: Measure;
}

/** The first mark after a sentence in its paragraph: what stands at the end of a paragraph is meant for the whole of it. */
function markOfParagraph(claims: readonly Claim[], index: number): CitationMark | undefined {
  const paragraph = claims[index]?.paragraph;
  const rest = claims.slice(index + 1).filter((claim) => claim.paragraph === paragraph);
  return rest.find((claim) => claim.marks.length > 0)?.marks[0];
}

/** The mark of what stands right before a block of code, which has no room for one of its own: `Do this: [1]`. */
function markOfLead(text: string, claims: readonly Claim[], index: number): CitationMark | undefined {
  const claim = claims[index];
  return claim !== undefined && isCode(text.slice(claim.start, claim.end))
    ? claims[index - 1]?.marks.at(-1)
    : undefined;
}

/** The block of code right after a claim, or null. */
function codeUnder(text: string, claims: readonly Claim[], index: number): Claim | null {
  const next = claims[index + 1];
  return next !== undefined && isCode(text.slice(next.start, next.end)) ? next : null;
}

function isCode(said: string): boolean {
  return /^[ \t]{0,3}(?:`{3,}|~{3,})/.test(said);
}

/** Sources in the order in which they are cited, numbered from 1. */
function numbersOf(citations: readonly Citation[]): ReadonlyMap<number, number> {
  const order = [...new Set(citations.map(({ n }) => n))];
  return new Map(order.map((n, index) => [n, index + 1]));
}

/** The citations of one mark that hold, for the whole sentence or for the part between the mark before and it. */
function* passing(
  checking: Checking,
  claim: Claim,
  mark: CitationMark,
): Generator<void, readonly Citation[]> {
  const { text, known, question, measure } = checking;
  const before = claim.marks[claim.marks.indexOf(mark) - 1]?.offset ?? claim.start;
  const whole = text.slice(claim.start, claim.end);
  const sentences = mark.offset > claim.end ? [whole] : [whole, text.slice(before, mark.offset)];
  const cited = mark.ids.flatMap((id) => known.get(id) ?? []);
  const code = isCode(whole) ? codeIn(whole, cited) : null;
  const citations: Citation[] = [];
  for (const source of cited) {
    yield;
    const { n } = source;
    const about = [source.title, ...(source.headings ?? [])].join('\n');
    const finding =
      code === null
        ? findingFor(sentences, { parts: source.parts, columns: source.columns, about, question }, measure)
        : (code.get(n) ?? null);
    // What an order to the model made of the answer would pass for a translation.
    if (finding === null || (source.addressesModel && !finding.checked)) continue;
    const { documentId, chunkId, title, headings = [] } = source;
    const quote = cleanText(finding.quote);
    const place = placeOf(source);
    citations.push({ n, documentId, chunkId, title, headings, ...place, quote, checked: finding.checked });
  }
  return citations;
}

/** What of a block of code stands in each source; null where one alone and all together lack some of it. */
function codeIn(block: string, cited: readonly KnownSource[]): ReadonlyMap<number, Finding> | null {
  for (const sources of [...cited.map((source) => [source]), cited]) {
    const parts = sources.flatMap(({ n, parts }) => parts.map((text) => ({ n, text })));
    const found = findCode(
      block,
      parts.map(({ text }) => text),
    );
    if (found === null) continue;
    return new Map(
      parts.flatMap(({ n }, index) => {
        const quote = found[index] ?? null;
        return quote === null ? [] : [[n, { quote, checked: true }] as const];
      }),
    );
  }
  return null;
}

function reasonAgainst(
  { text, known }: Checking,
  { start, end, marks, leads }: Claim,
  fewestTerms: number,
): UnsupportedClaim['reason'] | null {
  const ids = marks.flatMap((mark) => mark.ids);
  const cited = ids.flatMap((id) => known.get(id) ?? []);
  if (leads && cited.some((source) => isHeadingOf(source, text.slice(start, end)))) return null;
  if (cited.length > 0) return 'not_in_source';
  if (ids.length > 0) return 'unknown_source';
  if (leads && fewestTerms > 1) return null;
  const terms = new Set(searchTerms(text.slice(start, end)));
  return terms.size < fewestTerms ? null : 'uncited';
}

function ascending(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((left, right) => left - right);
}
