import type { FastifyReply, FastifyRequest } from 'fastify';

/** Aborted when the client goes away before the reply is sent, so that nobody works for nothing. */
export function signalOf(_request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort();
  });
  return controller.signal;
}
