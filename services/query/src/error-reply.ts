import type { Socket } from 'node:net';
import { AppError, type ErrorCode, type Logger, shown } from '@winnow/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpRefusal, type ReplyCode } from './http-refusal.ts';
import { requestIdHeader } from './request-id.ts';
import { stopOf } from './requests-under-way.ts';

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

/** What every error answers with. */
export const errorBody = z.object({
  error: z.object({
    code: z.string().describe('One of a closed set; decides whether to try again.'),
    message: z.string().describe('What was wrong and what to do.'),
    requestId: z.string().optional().describe('As in `x-request-id`: the log has it too.'),
  }),
});

/** Turns anything thrown in a route into a status and a body; a bug is logged and not explained. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger) {
  const refusal = refusalOf(error, request);
  if (refusal !== null) {
    return reply
      .code(refusal.statusCode)
      .headers(refusal.headers)
      .send(bodyOf(refusal.code, refusal.message, request.id));
  }
  const known = causeOf(error, request);
  if (known.retryAfterMs !== null) reply.header('retry-after', String(Math.ceil(known.retryAfterMs / 1_000)));
  return reply.code(statusOf[known.code]).send(errorBodyOf(known, request, log));
}

/** The body for what was thrown, for replies that have begun. */
export function errorBodyOf(error: unknown, request: FastifyRequest, log: Logger) {
  const known = causeOf(error, request);
  if (known.code !== 'internal') return bodyOf(known.code, known.message, request.id);
  log.error({
    event: 'request-failed',
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? '',
    error: known,
  });
  return bodyOf(internal.code, internal.message, request.id);
}

/** What was ended because the service stops says so, however it was thrown. */
function causeOf(error: unknown, request: FastifyRequest): AppError {
  const known = AppError.from(error);
  return (known.code === 'canceled' ? stopOf(request) : null) ?? known;
}

/** For addresses that are refused before there is a route, and so before headers are set. */
export function replyOutsideRoutes(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { statusCode, code, message } = refusalOf(error, request) ?? internal;
  const headers = { ...bareHeaders, [requestIdHeader]: request.id };
  void reply.code(statusCode).headers(headers).type('application/json; charset=utf-8');
  reply.send(JSON.stringify(bodyOf(code, message, request.id)));
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
  const body = JSON.stringify(bodyOf('invalid_argument', message, null));
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

function bodyOf(code: ReplyCode, message: string, requestId: string | null): z.output<typeof errorBody> {
  const shown = message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
  return { error: { code, message: shown, ...(requestId !== null && { requestId }) } };
}

/** Bad bodies, too large ones and too many of them, as the framework throws them. */
function refusalOf(error: unknown, request: FastifyRequest): HttpRefusal | null {
  if (error instanceof HttpRefusal) return error;
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number')
    return null;
  const { statusCode } = error;
  if (statusCode < 400 || statusCode >= 500) return null;
  const code = statusCode === 429 ? 'resource_exhausted' : 'invalid_argument';
  return new HttpRefusal(statusCode, code, bodyWords(error, request) ?? error.message);
}

/** What the framework finds wrong about a body as it comes, with what would be right; null: something else. */
function bodyWords(error: Error, request: FastifyRequest): string | null {
  const { bodyLimit, schema } = request.routeOptions;
  const taken = schema?.consumes?.join(' or ') ?? 'application/json';
  switch ('code' in error ? error.code : null) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return `a body of ${shown(request.headers['content-type'] ?? null)} is not taken here: send it as content-type: ${taken}`;
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return `the body is too large: the limit is ${bodyLimit} bytes`;
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return 'the body is empty, though content-type says that it is JSON';
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return 'the body is not JSON: look for a quote, a comma or a bracket too many or too few';
    default:
      return null;
  }
}
