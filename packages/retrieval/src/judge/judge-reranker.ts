import { AppError, type ChatModel, type Reranker } from '@winnow/core';
import { judgeListwise } from './judge-listwise.ts';
import { defaultJudgeMode, type JudgeMode, judgeNameOf } from './judge-name.ts';
import { judgePointwise } from './judge-pointwise.ts';
import { judgeReport } from './judge-report.ts';
import { abortError, type Judge, type JudgeBudget, type Judged, type JudgeSettings } from './judging.ts';

export interface JudgeRerankerOptions {
  /** Writes each call on its bill itself. It is not closed with the judge. */
  readonly model: ChatModel;
  /** `pointwise` by default. */
  readonly mode?: JudgeMode;
  /** Passages worth judging; 20 by default. */
  readonly depth?: number;
  /** For one search; 50 calls and 100,000 tokens by default. */
  readonly budget?: JudgeBudget;
  /** Pointwise calls under way at once; 8 by default, 1 for a model that uses every core for one. */
  readonly parallelCalls?: number;
  /** Longer passages lose their end; 1,024 by default, twice the largest chunk. */
  readonly passageTokens?: number;
  /**
   * Longest answer besides what a list takes; 512 by default, since some models think aloud and their thoughts
   * count, but at most a quarter of the model's context.
   */
  readonly outputTokens?: number;
}

const defaults = {
  depth: 20,
  /** Twice what 20 passages of the largest chunk take pointwise. */
  budget: { maxCalls: 50, maxTokens: 100_000 },
  parallelCalls: 8,
  passageTokens: 1_024,
  outputTokens: 512,
} as const;

const judges: Readonly<Record<JudgeMode, Judge>> = { pointwise: judgePointwise, listwise: judgeListwise };

/** Of a short context, the part that is left for the answer. */
const outputShare = 0.25;

/**
 * A chat model as reranker: it grades passages 0–3, says why in a sentence, and quotes the words it goes by.
 * Whether the quote stands in the passage is checked here; where it does not, the judgement is marked and the
 * grade stays as it was given.
 *
 * Passages are material to the judge, in fences they cannot close. A model that obeys a passage all the same
 * can be led to a wrong grade for that passage (pointwise) or its window (listwise): the quote then either is
 * not in the passage, or shows the reader the words that led it.
 *
 * A passage that was not judged (budget, deadline, an answer without a grade) has score 0 and no judgement,
 * and a note says how many and why. If the signal's reason is a deadline, what was judged by then is returned.
 *
 * @throws AppError `invalid_argument` without passages or for a text without words, what the model throws, `unavailable` if no answer held a grade, `resource_exhausted` if the
 * budget allows no call, `failed_precondition` if the model's context is too short, `canceled`.
 */
export function createJudgeReranker(options: JudgeRerankerOptions): Reranker {
  const { model, mode = defaultJudgeMode, depth = defaults.depth } = options;
  const settings = settingsOf(options);
  return {
    modelId: judgeNameOf(mode, model.modelId),
    scale: 'probability',
    depth,
    async rerank(query, passages, { signal }) {
      requireText([query, ...passages.map(({ text }) => text)]);
      const judged = stoppedBy(signal, await judges[mode]({ settings, query, passages, signal }));
      requireGrades(model, judged);
      const { judgements, cutPassages, notes } = judgeReport(passages, judged);
      return {
        scores: judged.verdicts.map((verdict) => (verdict.kind === 'judged' ? verdict.score : 0)),
        judgements,
        usage: { ...judged.usage, truncated: cutPassages },
        notes,
      };
    },
    async close() {},
  };
}

function settingsOf({ model, ...options }: JudgeRerankerOptions): JudgeSettings {
  const longest = Math.floor(model.contextTokens * outputShare);
  return {
    model,
    budget: options.budget ?? defaults.budget,
    parallelCalls: options.parallelCalls ?? defaults.parallelCalls,
    passageTokens: options.passageTokens ?? defaults.passageTokens,
    outputTokens: Math.min(options.outputTokens ?? defaults.outputTokens, longest),
  };
}

/** The query, and at least one passage. */
function requireText(texts: readonly string[]): void {
  const blank = texts.findIndex((text) => text.trim() === '');
  if (texts.length > 1 && blank === -1) return;
  const what = texts.length < 2 ? 'no passages' : blank === 0 ? 'no query' : `no text in passage ${blank}`;
  throw new AppError('invalid_argument', `a judge was given ${what}: give it a query and passages with text`);
}

/** A deadline ends the judging, and what was judged by then counts; a caller who gave up wants none of it. */
function stoppedBy(signal: AbortSignal, judged: Judged): Judged {
  const aborted = abortError(signal);
  if (aborted !== null && aborted.code !== 'deadline_exceeded') throw aborted;
  return { ...judged, stopped: judged.stopped ?? aborted };
}

function requireGrades(model: ChatModel, { verdicts, stopped }: Judged): void {
  if (verdicts.some(({ kind }) => kind === 'judged')) return;
  if (stopped !== null) throw stopped;
  const withheld = verdicts.some(({ kind }) => kind === 'withheld');
  const what = withheld ? 'withheld its answers' : 'gave no answer that holds a grade of 0–3';
  throw new AppError('unavailable', `${model.modelId} ${what}: try another model as judge`);
}
