import { AppError } from '@winnow/core';
import { withLogFields } from '@winnow/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The requests that handlers work on, so that a service that stops can end them and wait for their end. */
export interface RequestsUnderWay {
  /** Runs the handler of a request; the lines that it logs bear the request's id. */
  within<Result>(
    request: FastifyRequest,
    reply: FastifyReply,
    handle: () => Result | Promise<Result>,
  ): Promise<Result>;
  /** Ends what is under way, and what comes from now on: their signals are aborted, with `unavailable` as the reason. */
  stop(): void;
  /** Resolves when no handler runs, whether or not its client still waits. */
  settled(): Promise<void>;
}

const signals = new WeakMap<FastifyRequest, AbortSignal>();

/** Aborted when the client goes away before the reply is sent, or the service stops, so that nobody works for nothing. */
export function signalOf(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request);
  if (signal === undefined) throw new AppError('internal', 'a request outside of its handler has no signal');
  return signal;
}

/** Why a request was ended from within the service; null for one that was not. */
export function stopOf(request: FastifyRequest): AppError | null {
  const reason: unknown = signals.get(request)?.reason;
  return reason instanceof AppError ? reason : null;
}

export function createRequestsUnderWay(): RequestsUnderWay {
  const running = new Map<AbortController, Promise<unknown>>();
  let isStopped = false;
  return {
    async within(request, reply, handle) {
      const controller = new AbortController();
      signals.set(request, controller.signal);
      reply.raw.once('close', () => {
        if (!reply.raw.writableEnded) controller.abort();
      });
      if (isStopped) controller.abort(stopping());
      const handled = withLogFields({ requestId: request.id }, async () => await handle());
      running.set(controller, handled);
      try {
        return await handled;
      } finally {
        running.delete(controller);
      }
    },
    stop() {
      isStopped = true;
      for (const controller of running.keys()) controller.abort(stopping());
    },
    async settled() {
      await Promise.allSettled(running.values());
    },
  };
}

function stopping(): AppError {
  return new AppError('unavailable', 'the service is stopping: ask again in a moment');
}
