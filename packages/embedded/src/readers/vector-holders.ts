import type { HeldVectors } from '../vector-caches.ts';

/** All copies of one generation's vectors take at most this share of the memory for vectors, unless there is but one. */
const shareOfCopies = 0.5;

/** Vectors that a thread is to forget. */
interface Excess<Thread> {
  readonly thread: Thread;
  readonly generationId: number;
}

/**
 * Which threads keep the vectors of which generation. Of a small one all do; the larger it is, the fewer. Generations are named
 * by their physical names.
 */
export interface VectorHolders<Thread> {
  holds(thread: Thread, name: string): boolean;
  /** Whether one more thread may read the vectors. Of a generation that nobody has read yet, one: how large it is shows then. */
  hasRoom(name: string): boolean;
  /** Another thread that has vectors which this one lacks; null: none, or none that has answered yet. */
  lenderTo(thread: Thread, name: string): Thread | null;
  /** Notes that a thread searches a generation by vector. */
  take(thread: Thread, name: string): void;
  /**
   * Notes what a generation takes in a thread that has just searched it.
   * @returns what leaves memory for it: what idle threads have not searched for longest.
   */
  learn(thread: Thread, name: string, held: HeldVectors): readonly Excess<Thread>[];
  drop(generationId: number): void;
  /** Forgets a thread that is no more. */
  lose(thread: Thread): void;
}

interface Held<Thread> {
  /** Null until the first answer. */
  vectors: HeldVectors | null;
  /** Each with the count of its last search. */
  readonly threads: Map<Thread, number>;
}

/** @param maxBytes vectors in memory, of all threads together. */
export function createVectorHolders<Thread extends { readonly busy: number }>(
  maxBytes: number,
): VectorHolders<Thread> {
  const generations = new Map<string, Held<Thread>>();
  let searches = 0;

  const copiesOf = (vectors: HeldVectors | null) =>
    vectors === null ? 1 : Math.max(1, Math.floor((maxBytes * shareOfCopies) / vectors.bytes));
  const isFull = () => {
    let bytes = 0;
    for (const { vectors, threads } of generations.values()) bytes += (vectors?.bytes ?? 0) * threads.size;
    return bytes > maxBytes;
  };
  /** Of the generation itself where it has too many copies, else of all. */
  const tooMuch = (held: Held<Thread>) => {
    if (held.threads.size > copiesOf(held.vectors)) return [held];
    return isFull() ? [...generations.values()] : [];
  };

  return {
    holds: (thread, name) => generations.get(name)?.threads.has(thread) ?? false,
    hasRoom(name) {
      const held = generations.get(name);
      return held === undefined || held.threads.size < copiesOf(held.vectors);
    },
    lenderTo(thread, name) {
      const held = generations.get(name);
      if (held === undefined || held.vectors === null || held.threads.has(thread)) return null;
      // The first to have searched has read them all.
      const [first] = held.threads.keys();
      return first ?? null;
    },
    take(thread, name) {
      const held = generations.get(name) ?? { vectors: null, threads: new Map() };
      held.threads.set(thread, ++searches);
      generations.set(name, held);
    },
    learn(thread, name, vectors) {
      const held = generations.get(name);
      if (held === undefined) return [];
      held.vectors = vectors;
      const excess: Excess<Thread>[] = [];
      for (;;) {
        const oldest = leastRecent(tooMuch(held), (of, other) => of !== held || other !== thread);
        if (oldest === undefined) return excess;
        oldest.of.threads.delete(oldest.thread);
        if (oldest.of.vectors === null) continue;
        excess.push({ thread: oldest.thread, generationId: oldest.of.vectors.generationId });
      }
    },
    drop(generationId) {
      for (const [name, { vectors }] of generations) {
        if (vectors?.generationId === generationId) generations.delete(name);
      }
    },
    lose(thread) {
      for (const { threads } of generations.values()) threads.delete(thread);
    },
  };
}

/** What an idle thread has not searched for longest. */
function leastRecent<Thread extends { readonly busy: number }>(
  generations: readonly Held<Thread>[],
  mayLeave: (of: Held<Thread>, thread: Thread) => boolean,
): { readonly of: Held<Thread>; readonly thread: Thread } | undefined {
  return generations
    .flatMap((of) => [...of.threads].map(([thread, last]) => ({ of, thread, last })))
    .filter(({ of, thread }) => thread.busy === 0 && mayLeave(of, thread))
    .toSorted((left, right) => left.last - right.last)[0];
}
