import { pointwiseQuestion } from './judge-prompt.ts';
import type { JudgeReply, JudgeSession } from './judge-session.ts';
import { parseJudgements } from './parse-judgements.ts';
import { untilAborted } from './until-aborted.ts';
import type { Judged, Verdict } from './verdict.ts';

/** Answers without a grade after which no more are asked for, where none had one. */
const hopelessAfter = 3;

/**
 * A call for each passage, best first, several at once. Each passage is judged without the others: there is
 * no position to be biased by, and what one passage says cannot reach the grade of another.
 * The score is the grade / 3; equal grades are left for the order that the passages came in.
 *
 * @param passages as they are to be shown.
 * @returns what was judged when the work was done, stopped or aborted.
 */
export async function judgePointwise(
  session: JudgeSession,
  query: string,
  passages: readonly string[],
  parallelCalls: number,
): Promise<Judged> {
  const verdicts: Verdict[] = passages.map(() => ({ kind: 'not-asked' }));
  const queue = passages.entries();
  let read = 0;
  let unread = 0;
  const work = async () => {
    for (const [index, passage] of queue) {
      if (read === 0 && unread >= hopelessAfter) return;
      const verdict = verdictOf(await session.ask(pointwiseQuestion(query, passage)));
      verdicts[index] = verdict;
      if (verdict.kind === 'not-asked') return;
      if (verdict.kind === 'judged') read += 1;
      else unread += 1;
    }
  };
  const workers = Array.from({ length: Math.min(parallelCalls, passages.length) }, work);
  await untilAborted(Promise.all(workers), session.signal);
  const hopeless = read === 0 && unread >= hopelessAfter;
  return {
    verdicts: [...verdicts],
    notes: hopeless ? [`given up after ${unread} answers without a grade`] : [],
  };
}

function verdictOf(reply: JudgeReply): Verdict {
  if (reply.kind !== 'answered') return { kind: reply.kind };
  const [stated] = parseJudgements(reply.text, 1);
  if (stated === undefined) return { kind: reply.cut ? 'cut' : 'unreadable' };
  return { kind: 'judged', stated, score: stated.grade / 3 };
}
