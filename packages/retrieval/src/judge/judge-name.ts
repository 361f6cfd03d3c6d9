import { AppError } from '@winnow/core';

/** `pointwise`: a call for each passage. `listwise`: a call for each window of passages, which also orders them. */
export const judgeModes = ['pointwise', 'listwise'] as const;
export type JudgeMode = (typeof judgeModes)[number];

/**
 * What is used where nothing is said. For 20 passages of 300 tokens both modes read about as much (12,000 and
 * 13,000 tokens: listwise shows everything twice, against position bias), and listwise writes twice as much;
 * beyond 20 its windows overlap, and it reads a passage up to four times. Pointwise calls run side by side where a
 * list is written word after word, a passage cannot touch the grade of another, grades compare across queries,
 * and a call that fails or comes too late costs one passage. Listwise is for providers that count requests, and
 * for a finer order among passages of one grade.
 */
export const defaultJudgeMode: JudgeMode = 'pointwise';

export interface JudgeName {
  readonly mode: JudgeMode;
  /** Null for the configured one. */
  readonly model: string | null;
}

/**
 * Reads `judge`, `judge:MODEL`, `judge@listwise` and `judge@listwise:MODEL`.
 *
 * @returns null for a name that is no judge's.
 * @throws AppError `invalid_argument` for a mode that does not exist or an empty model.
 */
export function parseJudgeName(name: string): JudgeName | null {
  const [, variant, model] = /^judge(?:@([^:]*))?(?::(.*))?$/su.exec(name) ?? [null, undefined, undefined];
  if (!/^judge(?:[@:]|$)/.test(name)) return null;
  const mode = variant === undefined ? defaultJudgeMode : judgeModes.find((known) => known === variant);
  if (mode === undefined) {
    const known = judgeModes.map((each) => `judge@${each}`).join(' or ');
    throw new AppError('invalid_argument', `no judge is called ${name}: write ${known}`);
  }
  if (model === '') throw new AppError('invalid_argument', `${name} names no model: write judge:MODEL`);
  return { mode, model: model ?? null };
}

/** The name that {@link parseJudgeName} reads as this. */
export function judgeNameOf(mode: JudgeMode, model: string): string {
  return mode === defaultJudgeMode ? `judge:${model}` : `judge@${mode}:${model}`;
}
