import { AppError, type ChatModel, withDeadline } from '@winnow/core';
import { hasHan, searchTerms } from '@winnow/text';
import type { AnswerPorts, QueryContext } from '../../ports.ts';
import { timed } from '../../stopwatch.ts';
import { type AnswerRequest, generatorName } from '../answer-request.ts';
import { condensePrompt } from './condense-prompt.ts';
import { parseCondensed } from './parse-condensed.ts';
import type { Turn } from './turn.ts';

/** A person waits; a question that is not understood in time is asked as it is. */
const deadlineMs = 10_000;
/** A question of fewer words that say something mostly means what was asked before. */
const wordsOfOwnQuestion = 3;
/** Characters that they are counted in: who writes more has a question of his own. */
const countedLength = 300;

/** The question that is searched and answered. */
export interface Asked {
  readonly question: string;
  /** The question as it was understood; null where there was no conversation. */
  readonly standalone: string | null;
  readonly durationMs: number;
  readonly notes: readonly string[];
}

/**
 * Makes a question that stands alone of the last one in a conversation. Without a chat model a short question is
 * put behind the one before it. Whatever does not work out leaves the question as it is, with a note.
 *
 * @throws AppError `canceled`; `invalid_argument` or `not_found` for a generator nobody knows.
 */
export async function condenseQuestion(
  ports: AnswerPorts,
  context: QueryContext,
  request: AnswerRequest,
): Promise<Asked> {
  const { query, history } = request;
  if (history.length === 0) return { question: query, standalone: null, durationMs: 0, notes: [] };
  const model = await ports.chatModelOf(generatorName(request), context.bill, 'condense');
  const understood = await timed(ports.clock, () =>
    model === null ? joined(query, history) : understand(ports, context, model, query, history),
  );
  const { question, notes } = understood.result;
  return { question, standalone: question, durationMs: understood.durationMs, notes };
}

interface Understood {
  readonly question: string;
  readonly notes: readonly string[];
}

async function understand(
  { log }: AnswerPorts,
  { corpus, signal }: QueryContext,
  model: ChatModel,
  query: string,
  history: readonly Turn[],
): Promise<Understood> {
  const asItIs = (reason: string): Understood => ({
    question: query,
    notes: [`the conversation was not taken into account: ${reason}`],
  });
  const request = condensePrompt(query, history, model);
  if (request === null) return asItIs(`its last turn does not fit ${model.modelId}`);
  try {
    const written = await withDeadline(model.modelId, deadlineMs, signal, async (either) => {
      let text = '';
      for await (const delta of model.chat(request, { signal: either })) {
        if (delta.type === 'delta') text += delta.text;
      }
      return text;
    });
    const said = [...history.map(({ content }) => content), query].join('\n');
    const question = parseCondensed(written, said);
    return question === null ? asItIs(`${model.modelId} gave no question`) : { question, notes: [] };
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (signal.aborted) throw error;
    log.warn({ event: 'condense-skipped', corpus: corpus.name, code: error.code, error });
    return asItIs(error.message);
  }
}

function joined(query: string, history: readonly Turn[]): Understood {
  const before = history.findLast(({ role }) => role === 'user')?.content;
  if (before === undefined || wordsIn(query.slice(0, countedLength)) >= wordsOfOwnQuestion) {
    return {
      question: query,
      notes: ['the conversation was not taken into account: no chat model is configured'],
    };
  }
  return {
    question: `${before.slice(0, 1_000)} ${query}`,
    notes: [
      'no chat model is configured to understand the conversation: the question before was searched too',
    ],
  };
}

/** Words that say something; two Han characters are one. */
function wordsIn(text: string): number {
  const terms = searchTerms(text);
  const han = [...text].filter(hasHan).length;
  return terms.filter((term) => !hasHan(term)).length + han / 2;
}
