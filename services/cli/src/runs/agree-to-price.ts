import { type CorpusPlan, type Engine, knownModels } from '@winnow/engine';
import { formatUsd } from '../output/money.ts';
import { planText } from '../output/plan-text.ts';
import { printNote } from '../output/print.ts';
import { askYesNo, isTerminal } from './ask-yes-no.ts';
import { planWithProgress } from './plan-with-progress.ts';

export interface PriceQuestion {
  readonly remake: boolean;
  /** US dollars; what costs no more is not asked about. */
  readonly askAboveUsd: number;
  readonly signal: AbortSignal;
}

/**
 * In a terminal, shows what an ingest would do and asks, where it would cost more than somebody takes for granted. A
 * model that runs here costs nothing, and nothing is planned for it.
 * @returns false where the answer is no.
 */
export async function agreeToPrice(
  engine: Engine,
  name: string,
  { remake, askAboveUsd, signal }: PriceQuestion,
): Promise<boolean> {
  if (!isTerminal()) return true;
  const { embedder, activeRun } = await engine.corpora.show(name);
  // A run that goes on has been agreed to.
  if (activeRun !== null && engine.mode === 'full') return true;
  const planned = () => planWithProgress(engine, name, { remake }, signal);
  return await askWhetherDear(embedder, planned, planText, { askAboveUsd, signal });
}

/**
 * The question itself, with the plan of whatever is about to be paid for.
 * @param embedder the model that would be paid.
 */
export async function askWhetherDear<Plan extends CorpusPlan>(
  embedder: string,
  planned: () => Promise<Plan>,
  textOf: (plan: Plan) => string,
  { askAboveUsd, signal }: Omit<PriceQuestion, 'remake'>,
): Promise<boolean> {
  if (!isTerminal() || runsHere(embedder)) return true;
  const plan = await planned();
  if (!isDear(plan, askAboveUsd)) return true;
  printNote(textOf(plan));
  return await askYesNo(`This costs about ${formatUsd(plan.cost.usd ?? 0)}. Go on?`, signal);
}

/** Whether a model is one of our own, which nobody has to pay for; a variant of it stands behind an @. */
export function runsHere(embedder: string): boolean {
  return knownModels().some(
    ({ name, provider }) => provider === 'local' && (embedder === name || embedder.startsWith(`${name}@`)),
  );
}

/** Whether a plan costs more than a limit; a price that nobody knows is no reason to ask. */
export function isDear({ cost: { usd } }: Pick<CorpusPlan, 'cost'>, askAboveUsd: number): boolean {
  return usd !== null && usd > askAboveUsd;
}
