import { splitSentences } from '@winnow/text';
import type { Ground } from './bears-out.ts';
import { holdsNumbers } from './holds-numbers.ts';
import { polarityOf } from './polarity.ts';
import { type Writing, writingOf } from './writing-of.ts';

/** Tells how near texts of two languages are in meaning. */
export interface Meaning {
  /** 0 as unlike as unrelated sentences, 1 the same; null where nothing tells. */
  likeness(claim: string, sentence: string): number | null;
}

/** What a source in another language has for a claim. */
export interface ForeignSupport {
  readonly quote: string;
  /** False where numbers, code and denials agree, and nothing tells the rest. */
  readonly checked: boolean;
}

/** `v1.2`, `foo_bar`, `getUser`, `x86`: the same in every language. */
const code =
  /[\p{Script=Latin}_$][\p{Script=Latin}\p{N}_$.-]*(?:\p{N}|_|\.\p{Script=Latin}|\p{Ll}\p{Lu})[\p{Script=Latin}\p{N}_$]*/gu;

/**
 * What a source says for a claim in the sentences that are of another writing. Numbers and code must stand in it
 * in any case, and what the claim denies must be turned round in the quote.
 *
 * @returns null if nothing there may bear the claim out, or all is of the claim's own writing.
 */
export function foreignSupport(
  claim: string,
  { parts, about, question }: Ground,
  meaning: Meaning | null,
  least: number,
): ForeignSupport | null {
  const writing = writingOf(claim);
  const all = parts.flatMap((part) => splitSentences(part).map(({ start, end }) => part.slice(start, end)));
  const foreign = all.filter((sentence) => isOther(writing, sentence));
  if (writing === null || foreign.length === 0) return null;
  const known = [...all, about, question].join('\n');
  const ranked = foreign
    .map((sentence) => ({ sentence, likeness: likenessBy(meaning, claim, sentence) }))
    .sort((left, right) => (right.likeness ?? -1) - (left.likeness ?? -1));
  const [best] = ranked;
  if (best === undefined || !holdsCode(known, claim)) return null;
  if (best.likeness === null) {
    // An answer is written in the language of its question: what is not comes from somewhere else.
    if (isOther(writing, question)) return null;
    // A source that also speaks the claim's language would say it there.
    if (!isOther(writing, all.join('\n'))) return null;
    return holdsNumbers(known, claim) ? { quote: quoteByNumbers(foreign, claim), checked: false } : null;
  }
  const at = all.indexOf(best.sentence);
  const near = [...all.slice(Math.max(0, at - 1), at + 2), about, question].join('\n');
  const denies = polarityOf(claim).denied.length > 0 && !polarityOf(best.sentence).turned;
  if (best.likeness < least || denies || !holdsNumbers(near, claim)) return null;
  return { quote: best.sentence, checked: true };
}

/** What models are tried on before they are believed (`meaningBy`): English and Chinese, so these two alone. */
const tried: ReadonlySet<Writing | null> = new Set(['Latin', 'Han']);

function likenessBy(meaning: Meaning | null, claim: string, sentence: string): number | null {
  if (!tried.has(writingOf(claim)) || !tried.has(writingOf(sentence))) return null;
  return meaning?.likeness(claim, sentence) ?? null;
}

function isOther(writing: Writing | null, sentence: string): boolean {
  const other = writingOf(sentence);
  return other !== null && other !== writing;
}

function holdsCode(known: string, claim: string): boolean {
  const lower = known.toLowerCase();
  return (claim.match(code) ?? []).every((found) => lower.includes(found.toLowerCase()));
}

/** Where nothing else tells, the sentence that has the claim's numbers. */
function quoteByNumbers(sentences: readonly string[], claim: string): string {
  return (
    sentences.find((sentence) => /\p{N}/u.test(sentence) && holdsNumbers(sentence, claim)) ??
    sentences[0] ??
    ''
  );
}
