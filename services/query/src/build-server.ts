import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { AppError, type Logger } from '@winnow/core';
import type { Engine, EngineWorker } from '@winnow/engine';
import fastify, { type FastifyBaseLogger, type FastifyInstance, type RawServerDefault } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { type Access, createGuard, localAccess } from './access.ts';
import { replyOutsideRoutes, replyToNoise, replyWithError } from './error-reply.ts';
import { createKnownRoutes } from './known-routes.ts';
import { logReply } from './log-reply.ts';
import { describeReplies } from './openapi.ts';
import { requestIdHeader, requestIdOf } from './request-id.ts';
import { createRequestsUnderWay, type RequestsUnderWay } from './requests-under-way.ts';
import { registerAnswer } from './routes/answer.ts';
import { registerCorpora } from './routes/corpora.ts';
import { registerCosts } from './routes/costs.ts';
import { registerDiscovery } from './routes/discovery.ts';
import { registerDoctor } from './routes/doctor.ts';
import { registerDocuments } from './routes/documents.ts';
import { registerGenerations } from './routes/generations.ts';
import { registerGolden } from './routes/golden.ts';
import { registerHealth } from './routes/health.ts';
import { registerInbox } from './routes/inbox.ts';
import { registerPlans } from './routes/plans.ts';
import { registerPush } from './routes/push.ts';
import { registerQuality } from './routes/quality.ts';
import { registerRuns } from './routes/runs.ts';
import { registerSchedules } from './routes/schedules.ts';
import { registerSearch } from './routes/search.ts';
import { registerSources } from './routes/sources.ts';
import { createScanSlots } from './scan-slots.ts';
import { validatorCompiler } from './validator-compiler.ts';

/** A Fastify instance whose routes take their types from zod schemas. */
export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ServerOptions {
  readonly engine: Engine;
  readonly log: Logger;
  /** The worker of this process; none if not given. */
  readonly worker?: Pick<EngineWorker, 'isAlive'> | null;
  /** Folders that corpora made over HTTP may read; none: no corpus can be made over HTTP. */
  readonly sourceRoots: readonly string[];
  /** Beginnings of addresses that such corpora may read; none by default. */
  readonly sourceUrls?: readonly string[];
  /** {@link localAccess} if not given. */
  readonly access?: Access;
  /** Proxies, by address or subnet, whose word on who asks is believed; none if not given. */
  readonly trustedProxies?: readonly string[];
  /** What the requests of this server are kept in; of its own if not given. */
  readonly requests?: RequestsUnderWay;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered to anybody: it says nothing but how the process is. */
    readonly forAnybody?: boolean;
    /** Its body may take minutes to arrive. */
    readonly arrivesSlowly?: boolean;
  }
}

/** Bodies hold a query, a filter and a history; the routes for documents have limits of their own. */
const maxBodyBytes = 256 * 1024;
/** How long a request may take to arrive: against clients that never send. Search and answers have deadlines of their own. */
const arrivalMs = 30_000;
/** The same where many documents come in one request. */
const longArrivalMs = 10 * 60_000;
/** Per address: a limit against accidents, and against who guesses keys. */
const requestsPerMinute = 1_200;

/**
 * The HTTP API without a socket: `server.inject` reaches every route, `listen` opens it.
 * Routes validate and call the engine; there is no decision about the domain in here.
 */
export async function buildServer(options: ServerOptions): Promise<Server> {
  const { engine, log, requests = createRequestsUnderWay(), trustedProxies = [] } = options;
  const server = fastify({
    genReqId: requestIdOf,
    // Who is counted against the limit of requests; nothing else goes by it.
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: maxBodyBytes,
    requestTimeout: longArrivalMs,
    routerOptions: { maxParamLength: 3_072 },
    forceCloseConnections: 'idle',
    // Its reply would have a shape of its own: see below.
    return503OnClosing: false,
    frameworkErrors: replyOutsideRoutes,
    clientErrorHandler: replyToNoise,
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  server.setErrorHandler((error, request, reply) => replyWithError(error, request, reply, log));
  // What a page may send without asking first; nothing here reads it.
  server.removeContentTypeParser('text/plain');
  const routes = createKnownRoutes();
  server.addHook('onRoute', (route) => {
    routes.add(route);
    const { handler } = route;
    route.handler = function (request, reply) {
      return requests.within(request, reply, () => handler.call(this, request, reply));
    };
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header(requestIdHeader, request.id);
  });
  server.addHook('onResponse', async (request, reply) => logReply(log, request, reply));
  server.setNotFoundHandler(routes.refuse);

  await server.register(helmet);
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  // Behind what gives every reply its headers.
  server.addHook('onRequest', async (_request, reply) => {
    if (!isClosing) return;
    reply.header('connection', 'close');
    throw new AppError('unavailable', 'this service is being stopped: try again, on another connection');
  });
  await server.register(rateLimit, { max: requestsPerMinute, timeWindow: 60_000 });
  const guard = createGuard(options.access ?? localAccess);
  // What no route takes is counted too, or keys could be guessed there.
  const countOutsideRoutes = server.rateLimit();
  // Behind the limit of requests, and before the body is read.
  server.addHook('preParsing', async (request, reply) => {
    if (request.is404) await countOutsideRoutes.call(server, request, reply);
    const { forAnybody, arrivesSlowly } = request.routeOptions.config;
    if (forAnybody !== true) guard(request);
    if (arrivesSlowly !== true) endUnlessArrived(request.raw);
  });
  await server.register(swagger, {
    openapi: {
      info: {
        title: 'Winnow',
        description: 'Corpora, ingest runs, search and answers with checked citations.',
        version: '0.1.0',
        license: { name: 'Apache-2.0' },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: describeReplies,
  });

  const slots = createScanSlots();
  registerHealth(server, engine, options.worker ?? null);
  registerCorpora(server, engine, options);
  registerSources(server, engine, options);
  registerDocuments(server, engine);
  await registerPush(server, engine, log);
  registerGenerations(server, engine);
  registerPlans(server, engine, slots);
  registerRuns(server, engine);
  registerInbox(server, engine);
  registerDoctor(server, engine, slots);
  registerSchedules(server, engine);
  registerGolden(server, engine);
  registerQuality(server, engine, slots);
  registerCosts(server, engine);
  registerSearch(server, engine);
  registerDiscovery(server, engine, slots);
  registerAnswer(server, engine, log);
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  return server;
}

/** Lets go of who does not send what was begun. */
function endUnlessArrived(message: IncomingMessage): void {
  if (message.complete) return;
  const timer = setTimeout(() => message.destroy(), arrivalMs);
  timer.unref();
  for (const event of ['end', 'close'] as const) message.once(event, () => clearTimeout(timer));
}
