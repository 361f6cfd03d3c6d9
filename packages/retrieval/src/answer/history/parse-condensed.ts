import { searchTerms } from '@winnow/text';
import { holdsNumbers } from '../../citations/holds-numbers.ts';
import { cleanText } from '../../clean-text.ts';
import { readLooseJson } from '../../read-loose-json.ts';
import { maxQueryLength } from '../../search/search-request.ts';

/** What models write before a question that they were asked for. */
const opening =
  /^(?:[#>*\s]*(?:the\s+)?(?:standalone|rewritten|rephrased|new|final)?\s*(?:question|query)|(?:独立|改写后?的?|新的?)?问题)\s*[:：]\s*/i;
const quotes = /^["'“”‘’「『`*\s]+|["'“”‘’」』`*\s]+$/gu;
/** A question has one sentence or a few; what is longer answers it. */
const maxLength = Math.min(600, maxQueryLength);

/**
 * The question in what a model wrote: the `question` of a JSON object, with the liberties that models take, or
 * the only line of text.
 *
 * @param said everything that was said so far, the question included.
 * @returns null for anything that is no question of this conversation: nothing, several lines, a long text, one
 * that shares no term with what was said, or has a number of its own.
 */
export function parseCondensed(written: string, said: string): string | null {
  const text = cleanText(questionIn(written)).replace(opening, '').replace(quotes, '').trim();
  if (text === '' || text.length > maxLength || /^[{[]|\n/.test(text)) return null;
  if (!holdsNumbers(said, text)) return null;
  const terms = new Set(searchTerms(text));
  const known = new Set(searchTerms(said));
  return terms.isDisjointFrom(known) ? null : text;
}

function questionIn(written: string): string {
  for (const value of readLooseJson(written)) {
    const question = value instanceof Map ? value.get('question') : null;
    if (typeof question === 'string') return question;
  }
  const lines = written
    .replace(/^```\w*$/gm, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.length === 1 ? (lines[0] ?? '') : '';
}
