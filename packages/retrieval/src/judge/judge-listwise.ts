import { combinePasses, type ListPass } from './combine-passes.ts';
import { listwiseQuestion } from './judge-prompt.ts';
import type { JudgeSession } from './judge-session.ts';
import { parseJudgements, type StatedJudgement } from './parse-judgements.ts';
import type { ListwisePlan } from './plan-listwise.ts';
import { slidingWindows } from './sliding-windows.ts';
import { untilAborted } from './until-aborted.ts';
import type { Judged, MissingGrade, Verdict } from './verdict.ts';

/**
 * A call for each window of passages, from the end of the list to its front, so that good passages move up
 * from window to window. Judges prefer some positions in a list: a second pass shows every window the other
 * way round, where a preference for the first place works against what it worked for, and the two are
 * averaged.
 *
 * A pass that does not reach the front says nothing of the passages that were best before, and is left out.
 *
 * @param passages as they are to be shown, best first.
 * @see Sun et al. 2023 (windows), Tang et al. 2023, "Found in the Middle: Permutation Self-Consistency
 * Improves Listwise Ranking in Large Language Models" (orders averaged).
 */
export async function judgeListwise(
  session: JudgeSession,
  query: string,
  passages: readonly string[],
  plan: ListwisePlan,
): Promise<Judged> {
  const shown = passages.slice(0, plan.count);
  const finished: ListPass[] = [];
  const missing: MissingGrade[] = passages.map(() => 'not-asked');
  const run = async (show: Arrangement) => {
    const pass = await onePass(session, query, shown, plan, show, missing);
    if (pass !== null) finished.push(pass);
  };
  const arrangements = [asTheyStand, theOtherWayRound].slice(0, plan.passes);
  await untilAborted(Promise.all(arrangements.map(run)), session.signal);
  const placed = combinePasses(finished, passages.length);
  const verdicts = placed.map(
    (verdict, index): Verdict => verdict ?? { kind: missing[index] ?? 'not-asked' },
  );
  const left = passages.length - plan.count;
  return {
    verdicts,
    notes: [
      ...(finished.length === 1 ? ['judged in one order only: position bias is not countered'] : []),
      ...(left > 0
        ? [`the judge's budget leaves room for ${plan.count} of ${passages.length} passages`]
        : []),
    ],
  };
}

/** Changes the order in which a window is shown. */
type Arrangement = (window: readonly number[]) => readonly number[];
const asTheyStand: Arrangement = (window) => window;
const theOtherWayRound: Arrangement = (window) => window.toReversed();

/** @returns null if a window got no answer with a grade. */
async function onePass(
  session: JudgeSession,
  query: string,
  passages: readonly string[],
  plan: ListwisePlan,
  arrange: Arrangement,
  missing: MissingGrade[],
): Promise<ListPass | null> {
  const order = passages.map((_passage, index) => index);
  const stated = passages.map((): StatedJudgement[] => []);
  for (const { start, end } of slidingWindows(passages.length, plan.window, plan.step)) {
    const window = order.slice(start, end);
    const shown = arrange(window);
    const reply = await session.ask(
      listwiseQuestion(
        query,
        shown.map((index) => passages[index] ?? ''),
      ),
    );
    const judgements = reply.kind === 'answered' ? parseJudgements(reply.text, shown.length) : [];
    const reason = reply.kind !== 'answered' ? reply.kind : reply.cut ? 'cut' : 'unreadable';
    for (const index of window) missing[index] = reason;
    if (judgements.length === 0) return null;
    order.splice(start, window.length, ...reordered(window, shown, judgements));
    for (const one of judgements) stated[shown[one.number - 1] ?? -1]?.push(one);
  }
  return { order, stated };
}

/** By grade, then as the judge ordered them; what it did not name follows in the order it had. */
function reordered(
  window: readonly number[],
  shown: readonly number[],
  judgements: readonly StatedJudgement[],
): readonly number[] {
  const byGrade = [...judgements].sort((left, right) => right.grade - left.grade);
  const named = byGrade.flatMap(({ number }) => shown[number - 1] ?? []);
  return [...named, ...window.filter((index) => !named.includes(index))];
}
