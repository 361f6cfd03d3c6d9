import { AppError, type ChatDelta, type ChatModel } from '@winnow/core';
import { createAbstainFilter } from './abstain-filter.ts';
import type { AnswerDelta, Generator } from './generator.ts';
import { type AnswerPrompt, answerPrompt } from './prompt/answer-prompt.ts';

export interface ChatGeneratorOptions {
  readonly model: ChatModel;
  /** What an answer may take; 1,024 by default, less where the model's context is small. */
  readonly maxOutputTokens?: number;
}

const defaultOutputTokens = 1_024;

/**
 * Answers with a chat model. What it writes to abstain becomes `abstained`; sources that do not fit its context,
 * and an answer that was cut off or withheld, become notes.
 *
 * @throws AppError `failed_precondition` where not even the best source fits; what the model throws.
 */
export function createChatGenerator(options: ChatGeneratorOptions): Generator {
  const { model, maxOutputTokens: wanted = defaultOutputTokens } = options;
  return {
    modelId: model.modelId,
    async *generate(question, sources, { signal }) {
      const prompt = answerPrompt(question, sources, model, wanted);
      if (prompt === null) throw tooSmall(model);
      if (prompt.left.length > 0) yield* readOnly(prompt, model);
      const { messages, maxOutputTokens } = prompt;
      const filter = createAbstainFilter();
      let end: EndReason = 'stop';
      for await (const delta of model.chat({ messages, maxOutputTokens, json: null }, { signal })) {
        if (delta.type === 'end') end = delta.reason;
        if (delta.type === 'delta') yield* textOf(filter.push(delta.text));
      }
      const { abstained, rest } = filter.end();
      yield* textOf(rest);
      if (abstained) yield { type: 'abstained' };
      else yield* noteOnEnd(end, maxOutputTokens);
    },
  };
}

type EndReason = Extract<ChatDelta, { type: 'end' }>['reason'];

function* textOf(text: string): Iterable<AnswerDelta> {
  if (text !== '') yield { type: 'delta', text };
}

function* readOnly({ sources, left }: AnswerPrompt, model: ChatModel): Iterable<AnswerDelta> {
  const numbers = left.map((n) => `[${n}]`).join(' ');
  const room = `the ${model.contextTokens} tokens of ${model.modelId}`;
  yield { type: 'read', sources };
  yield { type: 'note', text: `sources left out, since they do not fit ${room}: ${numbers}`, lasting: true };
}

function* noteOnEnd(end: EndReason, maxOutputTokens: number): Iterable<AnswerDelta> {
  if (end === 'length') {
    yield {
      type: 'note',
      text: `the answer was cut off at its limit of ${maxOutputTokens} tokens`,
      lasting: false,
    };
  }
  if (end === 'filtered') {
    yield {
      type: 'note',
      text: 'the provider of the model withheld the answer, or the rest of it',
      lasting: false,
    };
  }
}

function tooSmall({ modelId, contextTokens }: ChatModel): AppError {
  return new AppError(
    'failed_precondition',
    `question and best source do not fit the ${contextTokens} tokens of ${modelId}: take a model with a longer context, or shorter chunks`,
  );
}
