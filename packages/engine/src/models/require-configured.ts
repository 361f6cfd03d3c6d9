import { AppError } from '@winnow/core';
import { resolveModel } from '@winnow/models';
import { parseJudgeName } from '@winnow/retrieval';
import type { Config } from '@winnow/runtime';

/**
 * Refuses settings that name a model there is none of, before a question does. A chat model may have any name: only its
 * provider knows which there are.
 * @throws AppError `invalid_argument` that names the variable.
 */
export function requireConfigured({ reranker, chatModel, judge }: Config): void {
  if (!['none', 'late-interaction'].includes(reranker) && parseJudgeName(reranker) === null)
    named('WINNOW_RERANKER', () => resolveModel('rerank', reranker));
  if (chatModel !== null && chatModel !== 'extractive')
    named('WINNOW_CHAT_MODEL', () => resolveModel('generation', chatModel));
  const { model } = judge;
  if (model !== null && model !== chatModel)
    named('WINNOW_JUDGE_MODEL', () => resolveModel('generation', model));
}

function named(variable: string, resolve: () => unknown): void {
  try {
    resolve();
  } catch (thrown) {
    const error = AppError.from(thrown);
    throw new AppError('invalid_argument', `${variable}: ${error.message}`, { cause: error });
  }
}
