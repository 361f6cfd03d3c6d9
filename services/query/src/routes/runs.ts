import { runStates } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import { budgetOf } from '../budget-of.ts';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { costBody } from '../cost-body.ts';
import { errorBody } from '../error-reply.ts';
import { bodyOf, budgetRequest, runBody } from '../run-body.ts';

const tags = ['runs'];
const params = z.object({ run: z.string().min(1).max(64) });
const response = { 200: runBody, '4xx': errorBody, '5xx': errorBody };

const newRun = z.strictObject({
  corpus: z.string(),
  batch: z
    .boolean()
    .default(false)
    .describe('Texts go through the provider’s Batch API: for less money, within a day.'),
  budget: budgetRequest.optional(),
  approveDeletions: z
    .int()
    .min(0)
    .optional()
    .describe('Documents that may be deleted though the corpus’ guard would withhold them.'),
  remake: z.boolean().default(false).describe('Makes anew what an older parser, chunker or analysis made.'),
});

export function registerRuns(server: Server, engine: Engine): void {
  registerStart(server, engine);
  registerLooking(server, engine);
  registerControl(server, engine);
}

function registerStart(server: Server, engine: Engine): void {
  server.post(
    '/v1/runs',
    {
      schema: {
        operationId: 'startRun',
        tags,
        description:
          'Ingests what changed at the source, or joins the run that is under way. Answers when the run is recorded; ' +
          'workers do the rest.',
        body: newRun,
        response: { 202: runBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request, reply) => {
      const { corpus, batch, budget, approveDeletions, remake } = request.body;
      const report = await engine.runs.start(corpus, {
        batch,
        remake,
        ...(budget !== undefined && { budget: budgetOf(budget) }),
        ...(approveDeletions !== undefined && { approvedDeletions: approveDeletions }),
      });
      return reply.code(202).send(bodyOf(report));
    },
  );
}

function registerLooking(server: Server, engine: Engine): void {
  server.get(
    '/v1/runs',
    {
      schema: {
        operationId: 'listActiveRuns',
        tags,
        description: 'Runs of all corpora that are under way, oldest first.',
        response: { 200: z.object({ runs: z.array(runBody) }), '4xx': errorBody, '5xx': errorBody },
      },
    },
    async () => ({ runs: (await engine.runs.active()).map(bodyOf) }),
  );
  server.get(
    '/v1/runs/:run',
    { schema: { operationId: 'showRun', tags, description: 'How far a run is.', params, response } },
    async (request) => bodyOf(await engine.runs.show(request.params.run)),
  );
  server.get(
    '/v1/corpora/:corpus/runs',
    {
      schema: {
        operationId: 'listRuns',
        tags,
        description: 'Newest first.',
        params: z.object({ corpus: corpusName }),
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
        response: {
          200: z.object({
            runs: z.array(z.looseObject({ run: z.string(), state: z.enum(runStates), cost: costBody })),
          }),
          '4xx': errorBody,
          '5xx': errorBody,
        },
      },
    },
    async (request) => ({
      runs: (await engine.runs.list(request.params.corpus, request.query.limit)).map(bodyOf),
    }),
  );
}

function registerControl(server: Server, engine: Engine): void {
  server.post(
    '/v1/runs/:run/pause',
    {
      schema: {
        operationId: 'pauseRun',
        tags,
        description: 'Has a run wait until it is resumed. What is done stays done.',
        params,
        response,
      },
    },
    async (request) => bodyOf(await engine.runs.pause(request.params.run)),
  );
  server.post(
    '/v1/runs/:run/resume',
    {
      schema: {
        operationId: 'resumeRun',
        tags,
        description: 'Has a run go on that waits, with another budget in all if one is given.',
        params,
        body: z.strictObject({ budget: budgetRequest.optional() }).nullish(),
        response,
      },
    },
    async (request) => {
      const budget = request.body?.budget;
      return bodyOf(
        await engine.runs.resume(request.params.run, budget === undefined ? undefined : budgetOf(budget)),
      );
    },
  );
  server.post(
    '/v1/runs/:run/cancel',
    {
      schema: {
        operationId: 'cancelRun',
        tags,
        description: 'Stops a run. What it has committed stays; the rest is taken up by the next run.',
        params,
        response,
      },
    },
    async (request) => bodyOf(await engine.runs.cancel(request.params.run)),
  );
}
