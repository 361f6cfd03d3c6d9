import { AppError, type Corpus, type Generation, liveGeneration } from '@winnow/core';
import { z } from 'zod';
import { createDocumentIdSet, type DocumentIdSet } from './document-id-set.ts';
import { createPlanDigest } from './plan-digest.ts';
import { type PlanHeader, planFileVersion } from './plan-file.ts';
import { planFileLines } from './plan-file-lines.ts';
import { plannedChange } from './selection.ts';

/** A plan that was read from its file. */
export interface ReadPlan {
  readonly header: PlanHeader;
  /** Each change as `plannedChange` writes it: what a run that keeps to the plan may do. */
  readonly changes: DocumentIdSet;
}

/**
 * Reads a plan file whole, in 32 to 64 bytes a line. What a newer version may have added to a line is passed over.
 * @param generation the one that the plan has to be for; the live one if not given.
 * @throws AppError `not_found` where there is no file; `invalid_argument` where it is no plan, or is not as it was
 * written; `failed_precondition` where a newer version wrote it, or it is for another corpus or generation.
 */
export async function readPlanFile(
  path: string,
  corpus: Corpus,
  generation: Pick<Generation, 'number' | 'physicalName'> = liveGeneration(corpus),
): Promise<ReadPlan> {
  const changes = createDocumentIdSet();
  let header: PlanHeader | null = null;
  let digest: ReturnType<typeof createPlanDigest> | null = null;
  let count = 0;
  let end: number | null = null;
  for await (const line of planFileLines(path)) {
    if (header === null || digest === null) {
      header = headerOf(path, line);
      requireFor(path, header, corpus, generation);
      digest = createPlanDigest(header);
      continue;
    }
    if (end !== null) throw damaged(path, 'it goes on behind its last line');
    const last = endSchema.safeParse(line);
    if (last.success) {
      end = last.data.count;
      continue;
    }
    const change = changeOf(path, line);
    count += 1;
    digest.add(change);
    changes.add(change);
  }
  if (header === null || digest === null) throw damaged(path, 'it is empty');
  if (end === null) throw damaged(path, 'its last line is missing');
  if (end !== count) throw damaged(path, `it has ${count} documents and should have ${end}`);
  if (digest.value() !== header.digest) throw damaged(path, 'its documents do not fit its digest');
  return { header, changes };
}

const usdSchema = z.number().min(0).nullable();

/** Only what a run goes by is looked at. */
const headerSchema = z.looseObject({
  winnowPlan: z.literal(planFileVersion),
  corpus: z.string(),
  corpusId: z.string(),
  generation: z.int(),
  physicalName: z.string(),
  remake: z.boolean(),
  madeAt: z.string(),
  digest: z.string(),
  build: z
    .looseObject({
      embedder: z.string(),
      chunkTokens: z.int(),
      overlapRatio: z.number(),
      fromText: z.boolean(),
    })
    .optional(),
  summary: z.looseObject({
    deletions: z.looseObject({ count: z.int().min(0), withheld: z.int().min(0), limit: z.int().min(0) }),
    chunks: z.looseObject({ toEmbed: z.int().min(0), reusable: z.int().min(0) }),
    tokens: z.int().min(0),
    cost: z.looseObject({ usd: usdSchema }),
  }),
});
const versionSchema = z.looseObject({ winnowPlan: z.int() });
const changeSchema = z.object({
  documentId: z.string(),
  change: z.string(),
  contentHash: z.string().nullable(),
});
const endSchema = z.object({ end: z.literal(true), count: z.int() });

function headerOf(path: string, line: unknown): PlanHeader {
  const version = versionSchema.safeParse(line);
  if (!version.success) throw new AppError('invalid_argument', `${path} is no plan file`);
  const { winnowPlan } = version.data;
  if (winnowPlan > planFileVersion) {
    throw new AppError(
      'failed_precondition',
      `${path} was written by a newer Winnow (plan file ${winnowPlan}; this one reads ${planFileVersion}): make the plan with this one, or update`,
    );
  }
  const header = headerSchema.safeParse(line);
  if (!header.success) throw damaged(path, 'its first line is not as it was written');
  // Ids of any shape may be compared; the rest of the summary is passed on as it is.
  return header.data as unknown as PlanHeader;
}

function requireFor(
  path: string,
  header: PlanHeader,
  corpus: Corpus,
  generation: Pick<Generation, 'number' | 'physicalName'>,
): void {
  if (header.corpusId !== corpus.corpusId) {
    const which =
      header.corpus === corpus.name ? 'an earlier corpus of this name' : `corpus ${header.corpus}`;
    throw new AppError('failed_precondition', `${path} is a plan for ${which}, not for ${corpus.name}`);
  }
  if (header.physicalName === generation.physicalName) return;
  throw new AppError(
    'failed_precondition',
    `${path} is a plan for generation ${header.generation} of ${corpus.name}, and this is generation ${generation.number}: make a new plan`,
  );
}

function changeOf(path: string, line: unknown): string {
  const change = changeSchema.safeParse(line);
  if (!change.success) throw damaged(path, 'it has a line that is no document');
  const { documentId, change: kind, contentHash } = change.data;
  return plannedChange(documentId, kind, contentHash);
}

function damaged(path: string, what: string): AppError {
  return new AppError('invalid_argument', `${path} is not the plan that was written: ${what}`);
}
