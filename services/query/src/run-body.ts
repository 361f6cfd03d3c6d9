import { runKinds, runStates, waitReasons } from '@winnow/core';
import type { RunReport } from '@winnow/engine';
import { z } from 'zod';
import { costBody } from './cost-body.ts';

const waiting = z.object({
  reason: z.enum(waitReasons),
  message: z.string().describe('What was met, in a sentence for the person who can end it.'),
  since: z.string(),
  looks: z.number().describe('Times it was looked at again, in vain.'),
  nextLookAt: z.string().nullable().describe('Null where somebody has to act.'),
});

const budgetBody = z.object({ usd: z.number().nullable(), tokens: z.number().nullable() });

/** What a run may spend, as callers say it. */
export const budgetRequest = z
  .strictObject({
    usd: z.number().min(0).optional().describe('US dollars.'),
    tokens: z.int().min(0).optional().describe('Tokens sent to the embedding model.'),
  })
  .describe('Reached, the run waits. What is left out is not limited.');

export const runBody = z.looseObject({
  run: z.string(),
  kind: z.enum(runKinds),
  corpus: z.string(),
  state: z.enum(runStates),
  waiting: waiting.nullable().describe('What it waits for now.'),
  waited: z.array(z.object({ reason: z.enum(waitReasons), seconds: z.number() })).readonly(),
  reason: z.string().nullable().describe('Why it failed or was canceled.'),
  documents: z.looseObject({
    new: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    deleted: z.number(),
    failed: z.number(),
    stillFailed: z.number().nullable().describe('All of the inbox when the run ended; null before.'),
  }),
  deletions: z.object({
    withheld: z.number().describe('Documents no longer at the source that the guard held back.'),
    limit: z.number().nullable(),
  }),
  approvedDeletions: z
    .number()
    .nullable()
    .describe('What it was started with; a run that is joined keeps its own.'),
  budget: budgetBody.nullable(),
  chunks: z.object({ embedded: z.number(), reused: z.number() }),
  modelCalls: z.number(),
  tokens: z.number(),
  cost: costBody,
  seconds: z.number(),
});

/** A report as a route returns it. */
export function bodyOf(report: RunReport) {
  return { ...report };
}
