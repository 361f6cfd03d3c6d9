import { detectLanguage } from '@winnow/text';
import type { CheckedAnswer } from '../citations/check-citations.ts';
import type { Draft } from './draft-answer.ts';
import { extractiveName } from './extractive-generator.ts';

/** What the check of an answer found, in plain words. */
export function notesOnCheck(question: string, draft: Draft, checked: CheckedAnswer): readonly string[] {
  const { unsupported, unknownIds, citations, orders } = checked;
  const notes: string[] = [];
  if (unknownIds.length > 0)
    notes.push(`citations taken out, since no such source was given: ${marks(unknownIds)}`);
  if (orders.length > 0) {
    notes.push(`sources that give orders to the model, which bear out nothing: ${marks(orders)}`);
  }
  if (unsupported.length > 0) notes.push(`sentences that no cited source bears out: ${unsupported.length}`);
  const unchecked = [...new Set(citations.filter((citation) => !citation.checked).map(({ n }) => n))];
  if (unchecked.length > 0) {
    notes.push(
      `citations of sources in another language, checked for numbers and code only: ${marks(unchecked)}`,
    );
  }
  if (checked.answer !== '' && citations.length === 0) notes.push('no source bears out any of the answer');
  if (isInOtherLanguage(question, draft)) notes.push('the answer is not in the language of the question');
  return notes;
}

/** Of the two languages that are told apart; sentences of the sources stay in theirs. */
function isInOtherLanguage(question: string, { modelId, abstained, text }: Draft): boolean {
  if (abstained || modelId === extractiveName) return false;
  return text.length >= shortestWithLanguage && detectLanguage(text) !== detectLanguage(question);
}

/** A name or a number has no language. */
const shortestWithLanguage = 20;

function marks(ids: readonly number[]): string {
  return ids.map((id) => `[${id}]`).join(' ');
}
