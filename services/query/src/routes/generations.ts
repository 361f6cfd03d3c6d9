import { generationStates } from '@winnow/core';
import type { Engine, GenerationLine } from '@winnow/engine';
import { z } from 'zod';
import { budgetOf } from '../budget-of.ts';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';
import { bodyOf, budgetRequest, runBody } from '../run-body.ts';

const tags = ['generations'];
const params = z.object({ corpus: corpusName });
const errors = { '4xx': errorBody, '5xx': errorBody };

/** What a build may differ in from the live generation. */
export const buildRequest = z.strictObject({
  embedder: z.string().max(256).optional(),
  chunkTokens: z.int().min(16).max(8_192).optional(),
  overlapRatio: z.number().min(0).max(0.5).optional(),
});

const sameTextMeaning =
  'Takes the text as it stands in the live generation, and looks at no source: for another model, at the same size of chunks.';

const reportBody = z.looseObject({
  passed: z.boolean(),
  at: z.string(),
  gates: z
    .array(
      z.looseObject({
        name: z.string(),
        passed: z.boolean(),
        value: z.number().nullable(),
        floor: z.number().nullable(),
        detail: z.string(),
      }),
    )
    .readonly(),
});

const generationsBody = z.object({
  live: z.number().describe('The generation that readers see.'),
  generations: z.array(
    z.looseObject({
      generation: z.number(),
      state: z.enum(generationStates),
      embedder: z.string(),
      dimensions: z.number(),
      documents: z.number(),
      chunks: z.number(),
      createdAt: z.string(),
      promotedAt: z.string().nullable(),
      expiresAt: z.string().nullable(),
      report: reportBody.nullable(),
    }),
  ),
});

const switchedBody = z.looseObject({
  live: z.number(),
  before: z.number(),
  gap: z
    .object({ documents: z.number(), samples: z.array(z.string()).readonly() })
    .describe('Documents in which the two differ.'),
});

export function registerGenerations(server: Server, engine: Engine): void {
  registerBuilds(server, engine);
  registerSwitches(server, engine);
}

function registerBuilds(server: Server, engine: Engine): void {
  server.get(
    '/v1/corpora/:corpus/generations',
    {
      schema: {
        operationId: 'listGenerations',
        tags,
        description:
          'The builds of a corpus: the one that readers see, the next one, and those kept to go back to.',
        params,
        response: { 200: generationsBody, ...errors },
      },
    },
    async (request) => listBody(engine, request.params.corpus),
  );
  server.post(
    '/v1/corpora/:corpus/generations',
    {
      schema: {
        operationId: 'reindexCorpus',
        tags,
        description:
          'Builds a generation beside the live one, or goes on with the one that is there. Answers when the run is ' +
          'recorded; workers do the rest, and nobody sees the generation before it is promoted.',
        params,
        body: buildRequest.extend({
          sameText: z.boolean().default(false).describe(sameTextMeaning),
          batch: z.boolean().default(false),
          budget: budgetRequest.optional(),
        }),
        response: { 202: runBody.extend({ generation: z.number() }), ...errors },
      },
    },
    async (request, reply) => {
      const { batch, budget, sameText: fromText, ...settings } = request.body;
      const options = { batch, fromText, ...(budget !== undefined && { budget: budgetOf(budget) }) };
      const report = await engine.generations.reindex(
        request.params.corpus,
        buildSettingsOf(engine, settings),
        options,
      );
      return reply.code(202).send({ ...bodyOf(report), generation: report.generation });
    },
  );
  server.delete(
    '/v1/corpora/:corpus/generations/:generation',
    {
      schema: {
        operationId: 'dropGeneration',
        tags,
        description: 'Gives up a generation that nobody reads, with all that it holds.',
        params: params.extend({ generation: z.coerce.number().int().min(1) }),
        response: { 200: generationsBody, ...errors },
      },
    },
    async (request) => {
      const { corpus, generation } = request.params;
      await engine.generations.drop(corpus, generation, signalOf(request));
      return await listBody(engine, corpus);
    },
  );
}

function registerSwitches(server: Server, engine: Engine): void {
  server.post(
    '/v1/corpora/:corpus/promote',
    {
      schema: {
        operationId: 'promoteGeneration',
        tags,
        description:
          'Switches readers to the generation that is ready. Refused without a passed report for exactly its state, ' +
          'unless a reason is given, which is kept.',
        params,
        body: z.strictObject({
          force: z.strictObject({ reason: z.string().trim().min(1).max(1_000) }).optional(),
        }),
        response: { 200: switchedBody, ...errors },
      },
    },
    async (request) => {
      const forced = request.body.force?.reason ?? null;
      const signal = signalOf(request);
      return { ...(await engine.generations.promote(request.params.corpus, { forced }, signal)) };
    },
  );
  server.post(
    '/v1/corpora/:corpus/rollback',
    {
      schema: {
        operationId: 'rollbackGeneration',
        tags,
        description: 'Switches readers back to the generation before, as it was.',
        params,
        response: { 200: switchedBody, ...errors },
      },
    },
    async (request) => ({
      ...(await engine.generations.rollback(request.params.corpus, signalOf(request))),
    }),
  );
}

async function listBody(engine: Engine, corpus: string) {
  const { generations, live } = await engine.generations.list(corpus);
  return { live, generations: generations.map(lineBody) };
}

function lineBody({ report, ...line }: GenerationLine) {
  const gates = report?.gates.map((gate) => ({ ...gate })) ?? [];
  return { ...line, report: report === null ? null : { ...report, gates } };
}

/** Without what was not given. @throws AppError `not_found` for a model that a request may not name. */
export function buildSettingsOf(
  engine: Engine,
  { embedder, chunkTokens, overlapRatio }: z.output<typeof buildRequest>,
) {
  if (embedder !== undefined) engine.models.requireNameable('embedding', embedder);
  return {
    ...(embedder !== undefined && { embedder }),
    ...(chunkTokens !== undefined && { chunkTokens }),
    ...(overlapRatio !== undefined && { overlapRatio }),
  };
}
