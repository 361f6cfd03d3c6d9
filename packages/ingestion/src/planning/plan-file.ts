import type { Budget, Corpus, CorpusId, CorpusName, PhysicalName, Sha256 } from '@winnow/core';
import type { IngestPorts } from '../ports.ts';
import type { CorpusPlan, PlannedDocument, PlanOptions, PlanSummary } from './corpus-plan.ts';
import { openPlanFile } from './open-plan-file.ts';
import { planCorpus } from './plan-corpus.ts';

/** The version of plan files that this code writes, and the newest that it reads. */
export const planFileVersion = 1;

/** The first line of a plan file. */
export interface PlanHeader {
  readonly winnowPlan: number;
  readonly corpus: CorpusName;
  readonly corpusId: CorpusId;
  readonly generation: number;
  readonly physicalName: PhysicalName;
  readonly remake: boolean;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  readonly summary: PlanSummary;
  readonly digest: Sha256;
  /** Of a plan for a generation that is to be built: what it is to be made with. */
  readonly build?: PlannedBuild;
}

/** Settings of a build, as far as a plan is about them. */
export interface PlannedBuild {
  readonly embedder: string;
  readonly chunkTokens: number;
  readonly overlapRatio: number;
  /** As `Run.fromText`. */
  readonly fromText: boolean;
}

/** The last line, behind one {@link PlannedDocument} a line: a file without it was cut off. */
interface PlanEnd {
  readonly end: true;
  /** Lines between the first and the last. */
  readonly count: number;
}

/** A plan file is of a sync: everything that its sources have. */
export type PlanFileOptions = Omit<PlanOptions, 'kind' | 'scope' | 'damaged' | 'onChanges'>;

/**
 * Plans a corpus and writes the plan to a file of JSON lines, of which a run can be made that does exactly that. The
 * file is there as a whole or not at all; one that is there already is replaced.
 * @throws AppError as `planCorpus`; before anything is planned, where the file cannot be written.
 */
export async function writePlanFile(
  ports: IngestPorts,
  corpus: Corpus,
  options: PlanFileOptions,
  path: string,
  signal: AbortSignal,
): Promise<CorpusPlan> {
  return await writtenPlan(path, null, (onChanges) =>
    planCorpus(ports, corpus, { ...options, onChanges }, signal),
  );
}

/** Makes a plan, and writes it to a file as it is made. */
export async function writtenPlan<Plan extends CorpusPlan>(
  path: string,
  build: PlannedBuild | null,
  make: (onChanges: NonNullable<PlanOptions['onChanges']>) => Promise<Plan>,
): Promise<Plan> {
  const file = await openPlanFile(path);
  try {
    const plan = await make((changes: readonly PlannedDocument[]) => file.write(changes));
    const end: PlanEnd = { end: true, count: plan.planned };
    await file.finish({ ...headerOf(plan), ...(build !== null && { build }) }, end);
    return plan;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

function headerOf(plan: CorpusPlan): PlanHeader {
  const { corpus, corpusId, generation, physicalName, remake, madeAt, digest } = plan;
  return {
    winnowPlan: planFileVersion,
    corpus,
    corpusId,
    generation,
    physicalName,
    remake,
    madeAt,
    summary: summaryOf(plan),
    digest,
  };
}

/** What a plan comes to, without what it is a plan of. */
function summaryOf(plan: CorpusPlan): PlanSummary {
  const {
    documents,
    samples,
    covered,
    uncovered,
    deletions,
    chunks,
    tokens,
    cost,
    estimatedSeconds,
    digest,
  } = plan;
  return {
    documents,
    samples,
    covered,
    uncovered,
    deletions,
    chunks,
    tokens,
    cost,
    estimatedSeconds,
    digest,
  };
}

/** Special tokens that a model may add to each text, which no count of the text itself has. */
const addedTokens = 4;

/**
 * What a run that keeps to a plan may spend: its price, up to the next cent, since a sum of many small amounts is not
 * exact to the last digit. Where no price is known, its tokens, and those that models add to each text.
 */
export function budgetOf({ cost, tokens, chunks }: Pick<PlanSummary, 'cost' | 'tokens' | 'chunks'>): Budget {
  if (cost.usd !== null) return { usd: Math.ceil(cost.usd * 100) / 100, tokens: null };
  return { usd: null, tokens: tokens + addedTokens * chunks.toEmbed };
}
