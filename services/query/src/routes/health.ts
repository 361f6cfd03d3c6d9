import type { Engine } from '@winnow/engine';
import { z } from 'zod';
import type { Server } from '../build-server.ts';
import { errorBody } from '../error-reply.ts';

/** A server that does not answer within this is not ready. */
const readyWithinMs = 5_000;

export function registerHealth(server: Server, engine: Engine): void {
  server.get(
    '/health/live',
    {
      schema: {
        description: 'The process answers.',
        response: { 200: z.object({ status: z.literal('live') }) },
      },
    },
    () => ({ status: 'live' as const }),
  );
  server.get(
    '/health/ready',
    {
      schema: {
        description: 'Every server that queries need answers too.',
        response: { 200: z.object({ status: z.literal('ready'), mode: z.string() }), '5xx': errorBody },
      },
    },
    async () => {
      await engine.check(AbortSignal.timeout(readyWithinMs));
      return { status: 'ready' as const, mode: engine.mode };
    },
  );
}
