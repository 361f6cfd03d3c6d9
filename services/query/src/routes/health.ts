import { AppError } from '@winnow/core';
import type { Engine, EngineWorker } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';

const tags = ['health'];
/** A server that does not answer within this is not ready. */
const readyWithinMs = 5_000;
/** Who watches a process asks however busy it is, and brings no key. */
const config = { rateLimit: false, forAnybody: true };

/** @param worker of this process, if it has one: a process whose jobs do not flow is not alive. */
export function registerHealth(
  server: Server,
  engine: Engine,
  worker: Pick<EngineWorker, 'isAlive'> | null,
): void {
  server.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'live',
        tags,
        description: 'The process answers, and where it has a worker, jobs flow through it.',
        response: { 200: z.object({ status: z.literal('live') }), '5xx': errorBody },
      },
    },
    () => {
      if (worker === null || worker.isAlive()) return { status: 'live' as const };
      throw new AppError('unavailable', 'no job has come round through this worker for a minute: restart it');
    },
  );
  server.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'ready',
        tags,
        description: 'Every server that queries need answers too.',
        response: {
          200: z.looseObject({
            status: z.literal('ready'),
            mode: z.string(),
            parkedJobs: z
              .number()
              .describe('Jobs that only a newer version understands: update the workers.'),
          }),
          '4xx': errorBody,
          '5xx': errorBody,
        },
      },
    },
    async () => {
      await engine.check(AbortSignal.timeout(readyWithinMs));
      const parkedJobs = (await engine.runs.parked()).length;
      return { status: 'ready' as const, mode: engine.mode, parkedJobs };
    },
  );
}
