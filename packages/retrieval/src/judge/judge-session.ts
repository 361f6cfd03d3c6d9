import {
  AppError,
  addModelUsage,
  type ChatModel,
  type ModelUsage,
  noModelUsage,
  unlessAborted,
} from '@winnow/core';
import type { JudgeQuestion } from './judge-prompt.ts';
import { abortError, type JudgeBudget } from './judging.ts';

export type JudgeReply =
  /** `cut`: it ends at the longest output, or was left where it went in circles. */
  | { readonly kind: 'answered'; readonly text: string; readonly cut: boolean }
  | { readonly kind: 'withheld' }
  | { readonly kind: 'not-asked' };

/** The calls of one search to its judge. */
export interface JudgeSession {
  readonly signal: AbortSignal;
  /** Never rejects: what goes wrong ends the session, and later questions are not asked. */
  ask(question: JudgeQuestion): Promise<JudgeReply>;
  /** Why no more is asked; null while all is well. */
  readonly stopped: AppError | null;
  readonly usage: ModelUsage;
}

export interface JudgeSessionOptions {
  readonly model: ChatModel;
  readonly maxOutputTokens: number;
  readonly budget: JudgeBudget;
  readonly signal: AbortSignal;
}

/**
 * Asks within a budget: a call's input and longest output are set aside before it is made, and replaced by
 * what it took. The first failure ends the session, since whoever makes the calls has tried again already.
 */
export function createJudgeSession(options: JudgeSessionOptions): JudgeSession {
  const { model, maxOutputTokens, budget, signal } = options;
  const state = { calls: 0, tokens: 0, usage: noModelUsage, stopped: null as AppError | null };

  function admit(tokens: number): boolean {
    if (state.stopped !== null) return false;
    state.stopped = abortError(signal);
    if (state.stopped !== null) return false;
    if (state.calls + 1 > budget.maxCalls) state.stopped = budgetSpent(`${budget.maxCalls} calls`);
    else if (state.tokens + tokens > budget.maxTokens)
      state.stopped = budgetSpent(`${budget.maxTokens} tokens`, `; the next call may take ${tokens}`);
    if (state.stopped !== null) return false;
    state.calls += 1;
    state.tokens += tokens;
    return true;
  }

  return {
    signal,
    get stopped() {
      return state.stopped;
    },
    get usage() {
      return state.usage;
    },
    async ask({ messages, json }) {
      const inputTokens = tokensOf(model, messages);
      const reserved = inputTokens + maxOutputTokens;
      if (!admit(reserved)) return { kind: 'not-asked' };
      let text = '';
      let reported: ModelUsage | null = null;
      let end: 'stop' | 'length' | 'filtered' = 'stop';
      try {
        let checkAt = loopCheckEvery;
        for await (const delta of model.chat({ messages, maxOutputTokens, json }, { signal })) {
          if (delta.type === 'usage') reported = delta.usage;
          else if (delta.type === 'end') end = delta.reason;
          else text += delta.text;
          if (text.length < checkAt) continue;
          checkAt = text.length + loopCheckEvery;
          if (!endsInLoop(text)) continue;
          end = 'length';
          break;
        }
      } catch (thrown) {
        state.stopped ??= abortError(signal) ?? AppError.from(thrown);
        return { kind: 'not-asked' };
      } finally {
        const usage = reported ?? estimated(model, inputTokens, text);
        state.usage = addModelUsage(state.usage, usage);
        state.tokens += usage.inputTokens + usage.outputTokens - reserved;
      }
      return end === 'filtered' ? { kind: 'withheld' } : { kind: 'answered', text, cut: end === 'length' };
    },
  };
}

/**
 * Waits until work for a session is done, or its signal aborted, whichever is first: some work ignores it.
 */
export async function untilDone(work: readonly Promise<void>[], signal: AbortSignal): Promise<void> {
  try {
    await unlessAborted(Promise.all(work), signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** Tokens of a prompt, and a few for each message's frame. */
export function tokensOf(model: ChatModel, messages: JudgeQuestion['messages']): number {
  return messages.reduce((sum, { content }) => sum + model.countTokens(content) + messageFrameTokens, 0);
}

/** Characters of an answer between two looks for circles. */
const loopCheckEvery = 120;

/** Role and borders of a message; above what any chat template adds. */
const messageFrameTokens = 8;

function estimated(model: ChatModel, inputTokens: number, text: string): ModelUsage {
  if (text === '') return { ...noModelUsage, calls: 1 };
  return { ...noModelUsage, calls: 1, inputTokens, outputTokens: model.countTokens(text) };
}

function budgetSpent(limit: string, detail = ''): AppError {
  return new AppError('resource_exhausted', `the judge's budget of ${limit} a search is spent${detail}`);
}

/** What is looked at; a unit must fit three times. */
const tailLength = 480;
const repeats = 3;

/**
 * Whether a text ends by saying one thing over and over, as small models do that find no end: its last 480
 * characters are at least three times the same unit. Lists whose items differ in as little as a number do not
 * count.
 */
export function endsInLoop(text: string): boolean {
  const tail = text.slice(-tailLength);
  if (tail.length < tailLength) return false;
  for (let period = 1; period * repeats <= tailLength; period++) {
    if (tail.startsWith(tail.slice(period))) return true;
  }
  return false;
}
