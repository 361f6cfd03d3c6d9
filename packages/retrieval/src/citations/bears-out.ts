import { searchTerms } from '@winnow/text';
import { withoutDates } from './dates-in.ts';
import { findQuote } from './find-quote.ts';
import { holdsNames } from './holds-names.ts';
import { holdsNumbers } from './holds-numbers.ts';
import { saysTheOpposite } from './opposites.ts';
import { contradicts } from './polarity.ts';
import { swapsPlaces } from './word-order.ts';

/** What a claim is held against. */
export interface Ground {
  /** Stretches of the source that are evidence. */
  readonly parts: readonly string[];
  /** Names of the columns of a table that the source goes on with; none where its head is in no source. */
  readonly columns?: readonly string[];
  /** What else is known of the source and the matter: its title and headings, the question. No evidence alone. */
  readonly about: string;
  readonly question: string;
}

/** How far words speak for a claim. */
export interface Support {
  /** Letter for letter. */
  readonly quote: string;
  /** Distinct terms of the claim. */
  readonly terms: number;
  /** Share of the claim's terms in the quote, 0–1. */
  readonly inQuote: number;
  /** Share of the terms that the question does not hold in the quote and the sentences around it, 0–1; 1 if there are none. */
  readonly news: number;
  readonly names: boolean;
  readonly numbers: boolean;
  readonly agrees: boolean;
  readonly inOrder: boolean;
}

/** Least values of a {@link Support} that holds. */
export interface SupportLimits {
  readonly inQuote: number;
  readonly news: number;
  /** Across languages, instead of both. */
  readonly likeness: number;
}

/** Chosen on one half of XQuAD-R, CMRC 2018 and SciFact by `test/bench/citations.ts`; across languages with multilingual-e5-small. */
export const supportLimits: SupportLimits = { inQuote: 0.3, news: 0.3, likeness: 0.3 };

/** Of a few words one may stand anywhere: a claim of fewer than six terms must share half of them. */
const fewestTermsOfLongClaim = 6;
const leastOfShortClaim = 0.5;

/** Whether words bear a claim out: enough of them, and no number, name, denial or order against it. */
export function isBorneOut(support: Support, limits: SupportLimits = supportLimits): boolean {
  const { inQuote, terms, news, names, numbers, agrees, inOrder } = support;
  const least = terms < fewestTermsOfLongClaim ? Math.max(limits.inQuote, leastOfShortClaim) : limits.inQuote;
  return numbers && names && agrees && inOrder && inQuote >= least && news >= limits.news;
}

/** What of a source speaks most for a claim. @returns null if claim or source hold no terms. */
export function supportFor(stated: string, { parts, columns, about, question }: Ground): Support | null {
  // Dates are compared as numbers, however they are written.
  const claim = withoutDates(stated);
  const found = parts
    .map((part) => ({ part, quote: findQuote(claim, part, columns) }))
    .sort((left, right) => (right.quote?.support ?? 0) - (left.quote?.support ?? 0))[0];
  if (found?.quote === undefined || found.quote === null) return null;
  const { text: quote, support: inQuote, around } = found.quote;
  const asked = new Set(searchTerms(question));
  const near = new Set(searchTerms(around));
  const news = [...new Set(searchTerms(claim))].filter((term) => !asked.has(term));
  return {
    quote,
    terms: new Set(searchTerms(claim)).size,
    inQuote,
    news: news.length === 0 ? 1 : news.filter((term) => near.has(term)).length / news.length,
    names: holdsNames(`${parts.join('\n')}\n${columns?.join('\n') ?? ''}\n${about}\n${question}`, claim),
    numbers: holdsNumbers(`${around}\n${about}\n${question}`, stated),
    agrees: !contradicts(claim, quote) && !saysTheOpposite(claim, quote),
    inOrder: !swapsPlaces(claim, quote),
  };
}
