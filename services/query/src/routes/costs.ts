import { costsRequestSchema, ledgerGroupings } from '@winnow/core';
import { costsReport, type Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';

const figures = {
  calls: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  searches: z.number(),
  truncated: z.number().describe('Texts that lost their end to the limit of the model.'),
  cached: z.number().describe('Texts and answers that a cache had, so that nobody was called.'),
  usd: z.number().describe('US dollars of the calls whose price is known.'),
  unpricedCalls: z.number().describe('Calls whose price is not known; `usd` lacks them.'),
};

const costsBody = z.object({
  by: z.enum(ledgerGroupings),
  from: z.string().nullable(),
  to: z.string().nullable(),
  groups: z.array(z.object({ group: z.string(), ...figures })),
  more: z.boolean().describe('There are groups beyond the limit; the total has them too.'),
  total: z.object(figures),
});

export function registerCosts(server: Server, engine: Engine): void {
  server.get(
    '/v1/costs',
    {
      schema: {
        description:
          'What calls of models took and cost. Dearest group first, days newest first; the group is empty for calls ' +
          'that have none, as those of queries have no run.',
        querystring: costsRequestSchema,
        response: { 200: costsBody, '4xx': errorBody },
      },
    },
    async (request) => {
      const report = await costsReport(engine, request.query, new Date());
      return { ...report, groups: [...report.groups] };
    },
  );
}
