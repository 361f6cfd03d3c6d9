import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { splitSentences } from '@winnow/text';
import { denied, withOtherNumber, withSwappedNames } from './falsify.ts';

/** A claim and the text that is cited for it. */
export interface ClaimPair {
  readonly id: string;
  /** How it was made. */
  readonly kind: string;
  readonly claim: string;
  readonly question: string;
  readonly source: string;
  readonly supported: boolean;
}

interface Row {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}
interface Answered {
  readonly query_id: string;
  readonly doc_id: string;
  readonly answers: readonly string[];
}
interface Evidence {
  readonly query_id: string;
  readonly doc_id: string;
  readonly label: 'SUPPORT' | 'CONTRADICT';
}

/** Which half of the data an id belongs to, by its hash: thresholds are chosen on the first. */
export function isFirstHalf(id: string): boolean {
  return (createHash('sha256').update(id).digest()[0] ?? 0) < 128;
}

/** Of questions with marked answers. @param folders of the questions and of the texts; two languages are across. */
export function answeredPairs(asked: string, read: string): readonly ClaimPair[] {
  const questions = byId(asked, 'queries.jsonl');
  const texts = byId(read, 'corpus.jsonl');
  const own = byId(asked, 'corpus.jsonl');
  const answers = linesOf<Answered>(asked, 'answers.jsonl');
  const byText = Map.groupBy(answers, (one) => one.doc_id);
  const ids = [...texts.keys()];
  return answers.flatMap((answered) => {
    const id = answered.query_id;
    const question = questions.get(id)?.text ?? '';
    const [answer = ''] = answered.answers;
    const row = texts.get(answered.doc_id);
    const text = own.get(answered.doc_id)?.text ?? '';
    if (row === undefined || answer === '') return [];
    const source = row.text;
    const claim = statementOf(question, answer);
    const others = (byText.get(answered.doc_id) ?? []).flatMap((one) => one.answers[0] ?? []);
    const wrong = others.find((one) => !one.includes(answer) && !answer.includes(one));
    const near = ids.filter((one) => texts.get(one)?.title === row.title && one !== answered.doc_id);
    const elsewhere = near[0] ?? ids[(ids.indexOf(answered.doc_id) + 1) % ids.length] ?? '';
    const sentence = sentenceWith(text, answer);
    return pairsOf({ id, question }, source, [
      ['answer to a question', claim, true],
      ['sentence', sentence, true],
      ['another number', withOtherNumber(claim), false],
      ['another answer', wrong === undefined ? null : statementOf(question, wrong), false],
      ['denied', sentence === null ? null : denied(sentence), false],
      ['swapped', sentence === null ? null : withSwappedNames(sentence, others), false],
    ]).concat(
      pairsOf({ id, question }, texts.get(elsewhere)?.text ?? '', [['another source', claim, false]]),
    );
  });
}

/** Of SciFact: claims of experts against abstracts. */
export function expertPairs(folder: string): readonly ClaimPair[] {
  const claims = byId(folder, 'queries.jsonl');
  const texts = byId(folder, 'corpus.jsonl.gz');
  const evidence = linesOf<Evidence>(folder, 'evidence.jsonl');
  return evidence.flatMap(({ query_id: id, doc_id, label }, index) => {
    const claim = claims.get(id)?.text ?? '';
    const source = texts.get(doc_id)?.text ?? '';
    const elsewhere = texts.get(evidence[(index + 50) % evidence.length]?.doc_id ?? '')?.text ?? '';
    if (label === 'CONTRADICT')
      return pairsOf({ id, question: '' }, source, [['contradicted', claim, false]]);
    return pairsOf({ id, question: '' }, source, [
      ['claim of an expert', claim, true],
      ['another number', withOtherNumber(claim), false],
      ['denied', denied(claim), false],
    ]).concat(pairsOf({ id, question: '' }, elsewhere, [['another source', claim, false]]));
  });
}

function pairsOf(
  of: { readonly id: string; readonly question: string },
  source: string,
  claims: readonly (readonly [kind: string, claim: string | null, supported: boolean])[],
): ClaimPair[] {
  return claims.flatMap(([kind, claim, supported]) =>
    claim === null || source === '' ? [] : [{ ...of, kind, claim, source, supported }],
  );
}

function sentenceWith(text: string, answer: string): string | null {
  const span = splitSentences(text).find(({ start, end }) => text.slice(start, end).includes(answer));
  return span === undefined ? null : text.slice(span.start, span.end);
}

const hanQuestion =
  /(?:是|为)?(?:什么|哪些|哪个|哪种|哪位|哪里|哪儿|哪[一-龥]?|谁|多少|几|何时|何地|何|怎样|如何|为什么)/u;
const helpers = /^(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would)\b/i;
const wh =
  /\b(?:(?:in|on|at|to|for|from|by|with|of)\s+)?(?:what|which|who|whom|whose|where|when|why|how many|how much|how)\b/i;

/** A question with the answer in the place of what is asked: the words of whoever asked, not of the text. */
function statementOf(question: string, answer: string): string {
  const asked = question.replace(/[?？。.]\s*$/u, '').trim();
  if (/\p{Script=Han}/u.test(asked))
    return hanQuestion.test(asked) ? asked.replace(hanQuestion, () => answer) : `${asked}${answer}`;
  const rest = asked.replace(wh, ' ').trim();
  if (/^(?:who|what|which)\b/i.test(asked) && !helpers.test(rest)) return `${answer} ${rest}.`;
  return `${rest.replace(helpers, '').trim()} ${answer}.`;
}

function byId(folder: string, file: string): ReadonlyMap<string, Row> {
  return new Map(linesOf<Row>(folder, file).map((row) => [row._id, row]));
}

function linesOf<Value>(folder: string, file: string): readonly Value[] {
  const bytes = readFileSync(join(folder, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line): Value => JSON.parse(line));
}
