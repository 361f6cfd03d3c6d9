import { getPriority, setPriority } from 'node:os';

/** What a thread or process is for, by how far it stands back: 5 is a third of the loop's weight, 10 a tenth (`sched(7)`). */
const niceness = { 'of-requests': 5, background: 10 } as const;

/**
 * Lets the thread that answers requests go first where processors are short: without it, a health check waits as long
 * for a processor as models, searches and parsers keep it, though the thread that answers has next to nothing to do.
 * Of the calling thread, and of those that it starts from then on; only Linux knows priorities of threads.
 * @param work that a request waits for, or that nobody does.
 */
export function standBack(work: keyof typeof niceness): void {
  if (process.platform === 'linux') lower(0, niceness[work]);
}

/** The same for a process that was just started, of work that nobody waits for. */
export function standBackIn(pid: number): void {
  lower(pid, niceness.background);
}

function lower(id: number, by: number): void {
  try {
    setPriority(id, Math.min(19, getPriority(id) + by));
  } catch {
    // A process that has ended has no priority, and a sandbox may allow none: the work is done all the same.
  }
}
