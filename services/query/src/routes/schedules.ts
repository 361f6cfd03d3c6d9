import { slotStates, slotSteps } from '@winnow/core';
import { type Engine, type ScheduleView, scheduleRequestSchema } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { corpusName } from '../corpus-name.ts';
import { errorBody } from '../error-reply.ts';

const tags = ['schedules'];
const params = z.object({ corpus: corpusName });
const errors = { '4xx': errorBody, '5xx': errorBody };

const scheduleBody = z.looseObject({
  corpus: z.string(),
  cron: z.string(),
  tz: z.string(),
  window: z.string().nullable(),
  reindex: z.boolean(),
  promoteIfVerified: z.boolean(),
  evaluate: z.boolean(),
  webhook: z.object({ url: z.string(), secretEnv: z.string().nullable() }).nullable(),
  next: z.string().describe('In the past where it is about to be taken up.'),
  nextRuns: z.array(z.string()).readonly().describe('The next five.'),
  last: z
    .object({
      slot: z.string().describe('When it was due.'),
      run: z.string().nullable(),
      state: z.enum([...slotSteps, ...slotStates]),
      message: z.string().nullable(),
      at: z.string().nullable().describe('When it was over; null before.'),
    })
    .nullable()
    .describe('The slot that was taken up last: the step that it is at, or what it came to.'),
  notTold: z
    .object({ count: z.number(), problem: z.string().nullable() })
    .describe('Messages that the webhook has not taken yet.'),
});

export function registerSchedules(server: Server, engine: Engine): void {
  registerLooking(server, engine);
  registerChanging(server, engine);
}

function registerLooking(server: Server, engine: Engine): void {
  server.get(
    '/v1/schedules',
    {
      schema: {
        operationId: 'listSchedules',
        tags,
        description: 'Ordered by corpus.',
        response: { 200: z.object({ schedules: z.array(scheduleBody) }), ...errors },
      },
    },
    async () => ({ schedules: (await engine.schedules.list()).map(bodyOf) }),
  );
  server.get(
    '/v1/schedules/:corpus',
    { schema: { operationId: 'showSchedule', tags, params, response: { 200: scheduleBody, ...errors } } },
    async (request) => bodyOf(await engine.schedules.show(request.params.corpus)),
  );
}

function registerChanging(server: Server, engine: Engine): void {
  server.put(
    '/v1/schedules/:corpus',
    {
      schema: {
        operationId: 'setSchedule',
        tags,
        description: 'Sets when a corpus is brought up to date, in place of the schedule that it has.',
        params,
        body: scheduleRequestSchema,
        response: { 200: scheduleBody, ...errors },
      },
    },
    async (request) => bodyOf(await engine.schedules.set(request.params.corpus, request.body)),
  );
  server.delete(
    '/v1/schedules/:corpus',
    {
      schema: {
        operationId: 'removeSchedule',
        tags,
        description: 'A run that is under way goes on.',
        params,
        response: { 204: z.null(), ...errors },
      },
    },
    async (request, reply) => {
      await engine.schedules.remove(request.params.corpus);
      return reply.code(204).send(null);
    },
  );
  server.post(
    '/v1/schedules/:corpus/run',
    {
      schema: {
        operationId: 'runSchedule',
        tags,
        description: 'Has the work of the schedule done now, at whatever hour; its times stay as they are.',
        params,
        response: { 202: scheduleBody, ...errors },
      },
    },
    async (request, reply) =>
      reply.code(202).send(bodyOf(await engine.schedules.runNow(request.params.corpus))),
  );
}

function bodyOf(view: ScheduleView) {
  return { ...view };
}
