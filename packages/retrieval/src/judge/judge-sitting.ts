import { AppError, type ChatModel, cutToTokens, type RerankPassage } from '@winnow/core';
import { promptText } from '../clean-text.ts';
import { judgeListwise } from './judge-listwise.ts';
import type { JudgeMode } from './judge-name.ts';
import { judgePointwise } from './judge-pointwise.ts';
import { listwiseQuestion, pointwiseQuestion } from './judge-prompt.ts';
import { createJudgeSession, type JudgeBudget, type JudgeSession, tokensOf } from './judge-session.ts';
import { fewestPassageTokens, planListwise } from './plan-listwise.ts';
import type { Judged } from './verdict.ts';

/** How a judge works, the same for every search. */
interface JudgeSettings {
  readonly model: ChatModel;
  readonly budget: JudgeBudget;
  /** Pointwise calls under way at once. */
  readonly parallelCalls: number;
  /** Longer passages lose their end. */
  readonly passageTokens: number;
  /** Longest answer; lists may take more. */
  readonly outputTokens: number;
}

/** One search before its judge. */
export interface Sitting extends Judged {
  readonly session: JudgeSession;
  /** One per passage: whether it was to be shown without its end. */
  readonly cut: readonly boolean[];
}

/**
 * Fits the passages to the model and has them judged.
 *
 * @param passages at least one.
 * @throws AppError `failed_precondition` if the model's context is too short, `resource_exhausted` if the budget
 * allows no call.
 */
export const sittings: Readonly<Record<JudgeMode, (...args: SittingArguments) => Promise<Sitting>>> = {
  pointwise,
  listwise,
};

type SittingArguments = [
  settings: JudgeSettings,
  query: string,
  passages: readonly RerankPassage[],
  signal: AbortSignal,
];

async function pointwise(...[settings, query, passages, signal]: SittingArguments): Promise<Sitting> {
  const { model, outputTokens: maxOutputTokens } = settings;
  const room = model.contextTokens - tokensOf(model, pointwiseQuestion(query, '').messages) - maxOutputTokens;
  if (room < fewestPassageTokens) throw contextTooShort(model, fewestPassageTokens - room);
  const { texts, cut } = cutAll(model, passages, Math.min(settings.passageTokens, room));
  const session = createJudgeSession({ ...settings, maxOutputTokens, signal });
  return { session, cut, ...(await judgePointwise(session, query, texts, settings.parallelCalls)) };
}

async function listwise(...[settings, query, passages, signal]: SittingArguments): Promise<Sitting> {
  const { model, passageTokens, outputTokens, budget } = settings;
  const lengths = passages.map(({ text }) => Math.min(model.countTokens(text), passageTokens));
  const plan = planListwise({
    passages: passages.length,
    longest: lengths.reduce((longest, length) => Math.max(longest, length), 1),
    fixedTokens: tokensOf(model, listwiseQuestion(query, []).messages),
    outputTokens,
    contextTokens: model.contextTokens,
    budget,
  });
  const { texts, cut } = cutAll(model, passages, plan.passageTokens);
  const session = createJudgeSession({ ...settings, maxOutputTokens: plan.maxOutputTokens, signal });
  return { session, cut, ...(await judgeListwise(session, query, texts, plan)) };
}

function cutAll(model: ChatModel, passages: readonly RerankPassage[], limit: number) {
  const whole = passages.map(({ text }) => promptText(text));
  const texts = whole.map((text) => cutToTokens(text, limit, (part) => model.countTokens(part)));
  return { texts, cut: texts.map((text, at) => text !== whole[at]) };
}

function contextTooShort(model: ChatModel, missing: number): AppError {
  return new AppError(
    'failed_precondition',
    `${model.modelId} reads ${model.contextTokens} tokens, ${missing} too few to judge a passage with this query`,
  );
}
