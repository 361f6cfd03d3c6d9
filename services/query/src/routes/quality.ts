import { type Engine, evaluationModes, type Verification } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';
import type { ScanSlots } from '../scan-slots.ts';

const tags = ['quality'];
const params = z.object({ corpus: corpusName });
const errors = { '4xx': errorBody, '5xx': errorBody };

const gateBody = z.object({
  name: z.string(),
  passed: z.boolean(),
  value: z.number().nullable().describe('Null where it could not be measured.'),
  floor: z.number().nullable().describe('Null where nothing is asked for.'),
  detail: z.string(),
});

const notedBody = z.object({
  count: z.number(),
  samples: z.array(z.object({ documentId: z.string(), detail: z.string() })).readonly(),
});

const intervalBody = z.object({ mean: z.number(), low: z.number(), high: z.number() });

const verificationBody = z.object({
  generation: z.number(),
  passed: z.boolean(),
  gates: z.array(gateBody).readonly(),
  comparedWith: z.number().describe('The live generation.'),
  stateDigest: z.string().describe('Names what the generation held.'),
  at: z.string(),
  embedders: z.object({ live: z.string(), next: z.string() }),
  coverage: z.looseObject({
    partial: notedBody,
    failed: notedBody,
    missing: notedBody,
    misread: notedBody,
    broken: notedBody,
  }),
  differences: z
    .array(
      z.object({
        mode: z.string(),
        metric: z.string(),
        live: z.number(),
        next: z.number(),
        difference: intervalBody.describe('New − live, query by query.'),
      }),
    )
    .readonly(),
});

const figureBody = intervalBody.extend({ metric: z.string(), mode: z.string() });

const resultBody = z.looseObject({
  generation: z.number(),
  goldenDigest: z.string().describe('Results of different golden queries do not compare.'),
  queries: z.number(),
  figures: z.array(figureBody).readonly(),
  runId: z.string().nullable(),
  at: z.string(),
});

const historyBody = z.object({
  results: z.array(resultBody).readonly().describe('Newest first.'),
  drops: z
    .array(
      z.object({
        metric: z.string(),
        mode: z.string(),
        before: figureBody,
        now: figureBody,
        beforeAt: z.string(),
      }),
    )
    .readonly()
    .describe('Figures of the newest result below the interval of the one before.'),
});

export function registerQuality(server: Server, engine: Engine, slots: ScanSlots): void {
  registerVerify(server, engine, slots);
  server.post(
    '/v1/corpora/:corpus/quality',
    {
      schema: {
        operationId: 'evaluateCorpus',
        tags,
        description:
          'Searches the live generation for the golden queries, and adds what they come to to the history.',
        params,
        body: z.strictObject({ modes: z.array(z.enum(evaluationModes)).min(1).max(4).optional() }).nullish(),
        response: { 200: resultBody, ...errors },
      },
    },
    async (request) => {
      const signal = signalOf(request);
      const modes = request.body?.modes;
      const options = modes === undefined ? {} : { modes };
      return await slots.within(async () => ({
        ...(await engine.quality.evaluate(request.params.corpus, options, signal)),
      }));
    },
  );
  server.get(
    '/v1/corpora/:corpus/quality',
    {
      schema: {
        operationId: 'listQuality',
        tags,
        description: 'What the golden queries of a corpus came to over time.',
        params,
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(10_000).default(100) }),
        response: { 200: historyBody, ...errors },
      },
    },
    async (request) => {
      const { results, drops } = await engine.quality.history(request.params.corpus, request.query.limit);
      return { results: results.map((result) => ({ ...result })), drops };
    },
  );
}

function registerVerify(server: Server, engine: Engine, slots: ScanSlots): void {
  server.post(
    '/v1/corpora/:corpus/generations/:generation/verify',
    {
      schema: {
        operationId: 'verifyGeneration',
        tags: ['generations'],
        description:
          'Looks at a generation that is ready, or live, and keeps the report with it. Reads all of it: a client that ' +
          'leaves ends it, and only a few are made at a time.',
        params: params.extend({ generation: z.coerce.number().int().min(1) }),
        response: { 200: verificationBody, ...errors },
      },
    },
    async (request) => {
      const { corpus, generation } = request.params;
      const signal = signalOf(request);
      return await slots.within(async () =>
        bodyOf(await engine.quality.verify(corpus, { generation }, signal)),
      );
    },
  );
}

function bodyOf({ report, embedders, coverage, differences }: Verification) {
  return { ...report, embedders, coverage: { ...coverage }, differences };
}
