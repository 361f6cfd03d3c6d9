import { runStates } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { costBody } from '../cost-body.ts';
import { errorBody } from '../error-reply.ts';

const runBody = z.looseObject({
  run: z.string(),
  state: z.enum(runStates),
  documents: z.object({
    new: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    deleted: z.number(),
    failed: z.number(),
  }),
  chunks: z.object({ embedded: z.number(), reused: z.number() }),
  modelCalls: z.number(),
  cost: costBody,
  seconds: z.number(),
});

const params = z.object({ run: z.string().min(1).max(64) });

export function registerRuns(server: Server, engine: Engine): void {
  server.post(
    '/v1/runs',
    {
      schema: {
        description:
          'Ingests what changed at the source. Answers when the run is recorded; workers do the rest.',
        body: z.strictObject({
          corpus: z.string(),
          batch: z
            .boolean()
            .default(false)
            .describe('Texts go through the provider’s Batch API: for less money, within a day.'),
        }),
        response: { 202: runBody, '4xx': errorBody },
      },
    },
    async (request, reply) =>
      reply
        .code(202)
        .send({ ...(await engine.runs.start(request.body.corpus, { batch: request.body.batch })) }),
  );
  server.get(
    '/v1/runs/:run',
    { schema: { params, response: { 200: runBody, '4xx': errorBody } } },
    async (request) => ({ ...(await engine.runs.show(request.params.run)) }),
  );
  server.post(
    '/v1/runs/:run/cancel',
    {
      schema: {
        description: 'Stops a run. What it has committed stays; the rest is taken up by the next run.',
        params,
        response: { 200: runBody, '4xx': errorBody },
      },
    },
    async (request) => ({ ...(await engine.runs.cancel(request.params.run)) }),
  );
  server.get(
    '/v1/corpora/:corpus/runs',
    {
      schema: {
        description: 'Newest first.',
        params: z.object({ corpus: z.string() }),
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
        response: {
          200: z.object({
            runs: z.array(z.looseObject({ run: z.string(), state: z.enum(runStates), cost: costBody })),
          }),
          '4xx': errorBody,
        },
      },
    },
    async (request) => ({
      runs: (await engine.runs.list(request.params.corpus, request.query.limit)).map((run) => ({ ...run })),
    }),
  );
}
