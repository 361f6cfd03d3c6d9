import { costsRequestSchema, ledgerGroupings } from '@winnow/core';
import { costsReport, type Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { costBody, costFigures } from '../cost-body.ts';
import { errorBody } from '../error-reply.ts';

const costsBody = z.object({
  by: z.enum(ledgerGroupings),
  from: z.string().nullable(),
  to: z.string().nullable(),
  groups: z.array(z.object({ group: z.string(), ...costFigures })),
  more: z.boolean().describe('There are groups beyond the limit; the total has them too.'),
  total: costBody,
});

export function registerCosts(server: Server, engine: Engine): void {
  server.get(
    '/v1/costs',
    {
      schema: {
        operationId: 'listCosts',
        tags: ['costs'],
        description:
          'What calls of models took and cost. Dearest group first, days newest first; the group is empty for calls ' +
          'that have none, as those of queries have no run.',
        querystring: costsRequestSchema,
        response: { 200: costsBody, '4xx': errorBody, '5xx': errorBody },
      },
    },
    async (request) => {
      const report = await costsReport(engine, request.query, new Date());
      return { ...report, groups: [...report.groups] };
    },
  );
}
