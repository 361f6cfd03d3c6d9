import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';
import { signalOf } from '../requests-under-way.ts';
import type { ScanSlots } from '../scan-slots.ts';
import { uncoveredBody } from '../uncovered-body.ts';
import { buildRequest, buildSettingsOf } from './generations.ts';

const names = z.array(z.string()).readonly();

const planBody = z.looseObject({
  corpus: z.string(),
  generation: z.number(),
  remake: z.boolean(),
  madeAt: z.string(),
  documents: z.looseObject({
    new: z.number(),
    changed: z.number(),
    unchanged: z.number(),
    deleted: z.number(),
    unreadable: z.number(),
    outdated: z.number().describe('Unchanged, and made with an older parser, chunker or analysis.'),
  }),
  samples: z
    .looseObject({ new: names, changed: names, deleted: names, unreadable: names, outdated: names })
    .describe('Up to five documents of each kind.'),
  covered: z.boolean().describe('Whether every place of every source could be looked into.'),
  uncovered: uncoveredBody,
  deletions: z.object({ count: z.number(), withheld: z.number(), limit: z.number() }),
  chunks: z.object({
    toEmbed: z.number(),
    reusable: z.number(),
    forTokenVectors: z
      .number()
      .optional()
      .describe('Of those to embed: texts whose vector is known, and whose token vectors are missing.'),
  }),
  tokens: z.number(),
  cost: z.object({
    usd: z.number().nullable().describe('Null where no price is known.'),
    model: z.string(),
    priceDate: z.string().nullable(),
  }),
  estimatedSeconds: z.number().nullable(),
  digest: z.string(),
  effects: z
    .array(z.looseObject({ setting: z.string(), from: z.string(), to: z.string(), effect: z.string() }))
    .readonly()
    .optional()
    .describe('Of a reindex: what each setting leads to.'),
});

export function registerPlans(server: Server, engine: Engine, slots: ScanSlots): void {
  server.post(
    '/v1/plans',
    {
      schema: {
        operationId: 'planRun',
        tags: ['runs'],
        description:
          'What an ingest would do and cost. Nothing is changed, and no model is paid. Reads the whole source: a client ' +
          'that leaves ends it, and only a few are made at a time.',
        body: z.strictObject({
          corpus: corpusName,
          remake: z.boolean().default(false),
          build: buildRequest.optional().describe('What a reindex with these settings would do and cost.'),
        }),
        response: { 200: planBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const { corpus, remake, build } = request.body;
      const signal = signalOf(request);
      if (build !== undefined) {
        const plan = await slots.within(() =>
          engine.generations.plan(corpus, buildSettingsOf(engine, build), {}, signal),
        );
        const effects = plan.effects.map((effect) => ({ ...effect }));
        return { ...plan, effects, documents: { ...plan.documents }, samples: { ...plan.samples } };
      }
      const plan = await slots.within(() => engine.runs.plan(corpus, { remake }, signal));
      return { ...plan, documents: { ...plan.documents }, samples: { ...plan.samples } };
    },
  );
}
