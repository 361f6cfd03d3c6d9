import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@winnow/core';
import type { IngestPorts } from './ports.ts';
import { reconcile } from './reconcile.ts';

/** Looks between two sweeps for chunks that a crash left behind. */
const looksPerSweep = 60;
/** What was missing once is looked for again this soon. */
const secondLookMs = 2_000;

export interface Reconciler {
  /** Looks at once, then again and again. */
  start(): void;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

/**
 * Calls {@link reconcile} for as long as it runs, and now and then removes chunks that no document owns, of
 * corpora that nobody writes to. A look that fails is logged and made up for by the next one.
 */
export function createReconciler(ports: IngestPorts, { everyMs }: { readonly everyMs: number }): Reconciler {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<void> | null = null;
  return {
    start() {
      running ??= run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    let suspects: ReadonlySet<string> = new Set();
    for (let look = 0; !signal.aborted; look++) {
      try {
        suspects = (await reconcile(ports, suspects)).suspects;
        if (look % looksPerSweep === 0) await sweepIdle(ports, signal);
      } catch (thrown) {
        const error = AppError.from(thrown);
        if (!signal.aborted) ports.log.warn({ event: 'reconcile-failed', code: error.code, error });
      }
      const waitMs = suspects.size > 0 ? Math.min(everyMs, secondLookMs) : everyMs;
      await delay(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

async function sweepIdle({ store, log }: IngestPorts, signal: AbortSignal): Promise<void> {
  const busy = new Set((await store.runs.active()).map((run) => run.corpus));
  for (const { name: corpus, generation } of await store.corpora.list()) {
    if (busy.has(corpus) || signal.aborted) continue;
    const count = await store.chunks.sweep({ corpus, generation }, signal);
    if (count > 0) log.warn({ event: 'orphans-swept', corpus, count });
  }
}
