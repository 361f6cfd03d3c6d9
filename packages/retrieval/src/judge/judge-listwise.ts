import { combinePasses, type ListPass } from './combine-passes.ts';
import { listwiseQuestion } from './judge-prompt.ts';
import { createJudgeSession, type JudgeSession, tokensOf, untilDone } from './judge-session.ts';
import { type Judge, type JudgeTask, type MissingGrade, shownPassages, type Verdict } from './judging.ts';
import { parseJudgements, type StatedJudgement } from './parse-judgements.ts';
import { type ListwisePlan, planListwise, slidingWindows } from './plan-listwise.ts';

/**
 * A call for each window of passages, from the end of the list to its front, so that good passages move up
 * from window to window. Judges prefer some positions in a list: a second pass shows every window the other
 * way round, where a preference for the first place works against what it worked for, and the two are
 * averaged.
 *
 * A pass that does not reach the front says nothing of the passages that were best before, and is left out.
 *
 * @see Sun et al. 2023 (windows), Tang et al. 2023, "Found in the Middle: Permutation Self-Consistency
 * Improves Listwise Ranking in Large Language Models" (orders averaged).
 */
export const judgeListwise: Judge = async (task) => {
  const { settings, query, signal } = task;
  const plan = planFor(task);
  const { texts, cut } = shownPassages(task, plan.passageTokens);
  const session = createJudgeSession({ ...settings, maxOutputTokens: plan.maxOutputTokens, signal });
  const list: List = { session, query, texts: texts.slice(0, plan.count), plan };
  const finished: ListPass[] = [];
  const missing: MissingGrade[] = texts.map(() => 'not-asked');
  const run = async (arrange: Arrangement) => {
    const pass = await onePass(list, { arrange, missing });
    if (pass !== null) finished.push(pass);
  };
  await untilDone([asTheyStand, theOtherWayRound].slice(0, plan.passes).map(run), signal);
  const placed = combinePasses(finished, texts.length);
  return {
    verdicts: placed.map((verdict, index): Verdict => verdict ?? { kind: missing[index] ?? 'not-asked' }),
    cut,
    stopped: session.stopped,
    usage: session.usage,
    notes: [
      ...(finished.length === 1 ? ['judged in one order only: position bias is not countered'] : []),
      ...(plan.count < texts.length
        ? [`the judge's budget leaves room for ${plan.count} of ${texts.length} passages`]
        : []),
    ],
  };
};

function planFor({ settings, query, passages }: JudgeTask): ListwisePlan {
  const { model, passageTokens, outputTokens, budget } = settings;
  const lengths = passages.map(({ text }) => Math.min(model.countTokens(text), passageTokens));
  return planListwise({
    passages: passages.length,
    longest: lengths.reduce((longest, length) => Math.max(longest, length), 1),
    fixedTokens: tokensOf(model, listwiseQuestion(query, []).messages),
    outputTokens,
    contextTokens: model.contextTokens,
    budget,
  });
}

/** The passages of a list, and how they are asked for. */
interface List {
  readonly session: JudgeSession;
  readonly query: string;
  /** Best first. */
  readonly texts: readonly string[];
  readonly plan: ListwisePlan;
}

/** Changes the order in which a window is shown. */
type Arrangement = (window: readonly number[]) => readonly number[];
const asTheyStand: Arrangement = (window) => window;
const theOtherWayRound: Arrangement = (window) => window.toReversed();

/**
 * @param pass.missing told of each passage that was shown, why it has no grade if it has none.
 * @returns null if a window got no answer with a grade.
 */
async function onePass(
  { session, query, texts, plan }: List,
  { arrange, missing }: { readonly arrange: Arrangement; readonly missing: MissingGrade[] },
): Promise<ListPass | null> {
  const order = texts.map((_text, index) => index);
  const stated = texts.map((): StatedJudgement[] => []);
  for (const { start, end } of slidingWindows(texts.length, plan.window, plan.step)) {
    const window = order.slice(start, end);
    const shown = arrange(window);
    const question = listwiseQuestion(
      query,
      shown.map((index) => texts[index] ?? ''),
    );
    const reply = await session.ask(question);
    const judgements = reply.kind === 'answered' ? parseJudgements(reply.text, shown.length) : [];
    const reason = reply.kind !== 'answered' ? reply.kind : reply.cut ? 'cut' : 'unreadable';
    for (const index of window) missing[index] = reason;
    if (judgements.length === 0) return null;
    order.splice(start, window.length, ...reordered({ window, shown, judgements }));
    for (const one of judgements) stated[shown[one.number - 1] ?? -1]?.push(one);
  }
  return { order, stated };
}

/** By grade, then as the judge ordered them; what it did not name follows in the order it had. */
function reordered({
  window,
  shown,
  judgements,
}: {
  readonly window: readonly number[];
  readonly shown: readonly number[];
  readonly judgements: readonly StatedJudgement[];
}): readonly number[] {
  const byGrade = [...judgements].sort((left, right) => right.grade - left.grade);
  const named = byGrade.flatMap(({ number }) => shown[number - 1] ?? []);
  return [...named, ...window.filter((index) => !named.includes(index))];
}
