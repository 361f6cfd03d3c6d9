import { AppError } from '@winnow/core';
import { pointwiseQuestion } from './judge-prompt.ts';
import { createJudgeSession, type JudgeReply, tokensOf, untilDone } from './judge-session.ts';
import { type Judge, type JudgeTask, shownPassages, type Verdict } from './judging.ts';
import { parseJudgements } from './parse-judgements.ts';
import { fewestPassageTokens } from './plan-listwise.ts';

/** Answers without a grade after which no more are asked for, where none had one. */
const hopelessAfter = 3;

/**
 * A call for each passage, best first, several at once. Each passage is judged without the others: there is
 * no position to be biased by, and what one passage says cannot reach the grade of another.
 * The score is the grade / 3; equal grades are left for the order that the passages came in.
 */
export const judgePointwise: Judge = async (task) => {
  const { settings, query, signal } = task;
  const shown = shownPassages(task, Math.min(settings.passageTokens, passageRoom(task)));
  const session = createJudgeSession({ ...settings, maxOutputTokens: settings.outputTokens, signal });
  const verdicts: Verdict[] = shown.texts.map(() => ({ kind: 'not-asked' }));
  const queue = shown.texts.entries();
  let read = 0;
  let unread = 0;
  const isHopeless = () => read === 0 && unread >= hopelessAfter;
  const work = async () => {
    for (const [index, passage] of queue) {
      if (isHopeless()) return;
      const verdict = verdictOf(await session.ask(pointwiseQuestion(query, passage)));
      verdicts[index] = verdict;
      if (verdict.kind === 'not-asked') return;
      if (verdict.kind === 'judged') read += 1;
      else unread += 1;
    }
  };
  const workers = Math.min(settings.parallelCalls, shown.texts.length);
  await untilDone(Array.from({ length: workers }, work), signal);
  return {
    verdicts: [...verdicts],
    cut: shown.cut,
    stopped: session.stopped,
    usage: session.usage,
    notes: isHopeless() ? [`given up after ${unread} answers without a grade`] : [],
  };
};

/** Tokens that the model's context leaves for a passage. */
function passageRoom({ settings: { model, outputTokens }, query }: JudgeTask): number {
  const room = model.contextTokens - tokensOf(model, pointwiseQuestion(query, '').messages) - outputTokens;
  if (room >= fewestPassageTokens) return room;
  throw new AppError(
    'failed_precondition',
    `${model.modelId} reads ${model.contextTokens} tokens, ${fewestPassageTokens - room} too few to judge a passage with this query`,
  );
}

function verdictOf(reply: JudgeReply): Verdict {
  if (reply.kind !== 'answered') return { kind: reply.kind };
  const [stated] = parseJudgements(reply.text, 1);
  if (stated === undefined) return { kind: reply.cut ? 'cut' : 'unreadable' };
  return { kind: 'judged', stated, score: stated.grade / 3 };
}
