import type { Socket } from 'node:net';
import { AppError, type ErrorCode, type Logger } from '@winnow/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { HttpRefusal, type ReplyCode } from './http-refusal.ts';

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

/** Replies quote what was sent, but not all of it. */
const maxMessageLength = 2_000;
const maxProblems = 20;

/** What every error answers with. */
export const errorBody = z.object({
  error: z.object({
    code: z.string().describe('One of a closed set; decides whether to try again.'),
    message: z.string().describe('What was wrong and what to do.'),
  }),
});

/** Turns anything thrown in a route into a status and a body; a bug is logged and not explained. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger) {
  const refusal = refusalOf(error);
  if (refusal !== null) {
    return reply
      .code(refusal.statusCode)
      .headers(refusal.headers)
      .send(bodyOf(refusal.code, refusal.message));
  }
  const known = AppError.from(error);
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
  return reply.code(statusOf[known.code]).send(bodyOf(known.code, message));
}

/** For addresses that are refused before there is a route, and so before headers are set. */
export function replyOutsideRoutes(error: unknown, _request: FastifyRequest, reply: FastifyReply) {
  const { statusCode, code, message } = refusalOf(error) ?? internal;
  void reply.code(statusCode).headers(bareHeaders).type('application/json; charset=utf-8');
  reply.send(JSON.stringify(bodyOf(code, message)));
}

/** For what is no HTTP: the same shape, written by hand, and the connection ends. */
export function replyToNoise(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, reason, message] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', 'the headers are too long']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', 'the request did not come to its end in time']
        : [400, 'Bad Request', 'this is no HTTP request'];
  const body = JSON.stringify(bodyOf('invalid_argument', message));
  const headers = {
    ...bareHeaders,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`);
}

const internal = new HttpRefusal(500, 'internal', 'an error inside Winnow: the log says more');
const bareHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

function bodyOf(code: ReplyCode, message: string): z.output<typeof errorBody> {
  const cut = message.length > maxMessageLength;
  return { error: { code, message: cut ? `${message.slice(0, maxMessageLength)}…` : message } };
}

/** Bad bodies, too large ones and too many of them, as the framework throws them. */
function refusalOf(error: unknown): HttpRefusal | null {
  if (error instanceof HttpRefusal) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation
      .slice(0, maxProblems)
      .map((issue) => `${issue.instancePath || '/'}: ${issue.message ?? 'wrong'}`);
    return new HttpRefusal(400, 'invalid_argument', problems.join('; '));
  }
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return null;
  const { statusCode } = error;
  if (statusCode < 400 || statusCode >= 500) return null;
  const code = statusCode === 429 ? 'resource_exhausted' : 'invalid_argument';
  return new HttpRefusal(statusCode, code, error.message);
}
