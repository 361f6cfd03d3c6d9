import { setTimeout as delay } from 'node:timers/promises';
import { AppError, generationRef } from '@winnow/core';
import { dropExpired } from '../generations/drop-generation.ts';
import type { IngestPorts } from '../ports.ts';
import { reconcile } from './reconcile.ts';
import { sweep } from './sweep.ts';

/** Between two sweeps for chunks that a crash left behind; each is a slow job of its own. */
const sweepEveryMs = 30 * 60_000;
/** Looks at the queue between two looks for generations that nobody needs any more. */
const looksPerDrop = 2;
/** What a create left that was broken off is removed after this long: no create takes a day. */
const leftoverAfterMs = 24 * 60 * 60_000;
/** What was missing once is looked for again this soon. */
const secondLookMs = 2_000;

export interface Reconciler {
  /** Looks at once, then again and again. */
  start(): void;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
  /** Whether this process is the one of all that looks; takes the lead where nobody has it. */
  leads(): Promise<boolean>;
}

/**
 * Calls {@link reconcile} for as long as it runs, in one process of all that share the queue; and now and then, beside
 * it, removes chunks that no document owns, what a broken-off create left, and generations that are over. A look that
 * fails is logged and made up for by the next one.
 */
export function createReconciler(ports: IngestPorts, { everyMs }: { readonly everyMs: number }): Reconciler {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<unknown> | null = null;
  // The lead outlasts a look that comes late, and no more.
  const leads = () => ports.queue.lead(3 * everyMs + secondLookMs);
  return {
    start() {
      running ??= Promise.all([looking(), sweeping(), dropping()]);
    },
    async stop() {
      stopping.abort();
      await running;
    },
    leads,
  };

  async function looking(): Promise<void> {
    let suspects: ReadonlySet<string> = new Set();
    while (!signal.aborted) {
      await attempt('reconcile-failed', async () => {
        suspects = (await leads()) ? (await reconcile(ports, suspects)).suspects : new Set();
      });
      await pause(suspects.size > 0 ? Math.min(everyMs, secondLookMs) : everyMs);
    }
  }

  async function sweeping(): Promise<void> {
    while (!signal.aborted) {
      await attempt('sweep-failed', async () => {
        if (!(await leads())) return;
        await sweepAll(ports, signal);
        await removeLeftovers(ports, signal);
      });
      await pause(sweepEveryMs);
    }
  }

  async function dropping(): Promise<void> {
    while (!signal.aborted) {
      await attempt('drop-failed', async () => {
        if (await leads()) await dropExpired(ports, signal);
      });
      await pause(looksPerDrop * everyMs);
    }
  }

  async function attempt(event: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const error = AppError.from(thrown);
      if (!signal.aborted) ports.log.warn({ event, code: error.code, error });
    }
  }

  async function pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function removeLeftovers({ store, log }: IngestPorts, signal: AbortSignal): Promise<void> {
  const removed = await store.corpora.removeLeftovers({ olderThanMs: leftoverAfterMs, signal });
  for (const physicalName of removed) log.warn({ event: 'leftover-removed', physicalName });
}

/** Every generation in its own try: one that cannot be read keeps no other from being swept. */
async function sweepAll({ store, log }: IngestPorts, signal: AbortSignal): Promise<void> {
  for (const corpus of await store.corpora.list()) {
    for (const generation of corpus.generations) {
      if (signal.aborted || corpus.deletingSince !== null || generation.state === 'dropped') continue;
      try {
        const count = await sweep(store, generationRef(corpus, generation), signal);
        if (count > 0) log.warn({ event: 'orphans-swept', corpus: corpus.name, count });
      } catch (thrown) {
        if (signal.aborted) return;
        const { code, message } = AppError.from(thrown);
        log.warn({ event: 'sweep-failed', corpus: corpus.name, code, message });
      }
    }
  }
}
