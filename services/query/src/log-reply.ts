import type { Logger } from '@winnow/core';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** One line a reply. Refusals are not worth more than that, or whoever is refused fills the log. */
export function logReply(log: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const fields = {
    event: 'request-done',
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? '',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
  };
  if (reply.statusCode >= 500) log.warn(fields);
  else log.debug(fields);
}
