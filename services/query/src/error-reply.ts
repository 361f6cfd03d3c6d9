import { AppError, type ErrorCode, type Logger } from '@winnow/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** HTTP status of each cause. */
const statusOf: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  not_found: 404,
  failed_precondition: 409,
  resource_exhausted: 429,
  canceled: 499,
  internal: 500,
  unavailable: 503,
  deadline_exceeded: 504,
};

/** What every error answers with. */
export const errorBody = z.object({
  error: z.object({
    code: z.string().describe('One of a closed set; decides whether to try again.'),
    message: z.string().describe('What was wrong and what to do.'),
  }),
});

/** Turns anything thrown in a route into a status and a body; a bug is logged and not explained. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger) {
  const known = fromFramework(error) ?? AppError.from(error);
  if (known.code === 'internal') {
    log.error({
      event: 'request-failed',
      method: request.method,
      route: request.routeOptions.url ?? '',
      error: known,
    });
  }
  if (known.retryAfterMs !== null) reply.header('retry-after', String(Math.ceil(known.retryAfterMs / 1_000)));
  const message = known.code === 'internal' ? 'an error inside Winnow: the log says more' : known.message;
  return reply.code(statusOf[known.code]).send({ error: { code: known.code, message } });
}

export function replyWithNotFound(request: FastifyRequest, reply: FastifyReply) {
  const message = `no route ${request.method} ${request.url.slice(0, 200)}: /openapi.json lists them`;
  return reply.code(404).send({ error: { code: 'not_found', message } });
}

/** Bad bodies, too large ones and too many of them, as the framework throws them. */
function fromFramework(error: unknown): AppError | null {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map(
      (issue) => `${issue.instancePath || '/'}: ${issue.message ?? 'wrong'}`,
    );
    return new AppError('invalid_argument', problems.join('; '));
  }
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return null;
  if (error.statusCode === 429) return new AppError('resource_exhausted', error.message);
  if (error.statusCode >= 400 && error.statusCode < 500)
    return new AppError('invalid_argument', error.message);
  return null;
}
