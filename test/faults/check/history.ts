import { CallError } from '../scene/call-error.ts';

/** What must hold, whatever happens. */
type Guarantee = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I9';

interface Violation {
  readonly guarantee: Guarantee;
  readonly message: string;
  /** Seconds since the beginning. */
  readonly at: number;
}

/** Every call and answer, every fault and its end, in order of time. */
export interface History {
  readonly startedAt: Date;
  /** Milliseconds since the beginning. */
  now(): number;
  note(actor: string, what: string): void;
  /**
   * Makes a call, and keeps how it ended and how long it took. Rejects with CallError.
   * @param tell what is to be kept of an answer.
   */
  call<Value>(
    actor: string,
    what: string,
    make: () => Promise<Value>,
    tell?: (value: Value) => string,
  ): Promise<Value>;
  violate(guarantee: Guarantee, message: string): void;
  readonly violations: readonly Violation[];
  /** Calls by how they ended: `ok`, or the code of their error. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The last lines, for a message. */
  tail(count?: number): string;
}

interface Entry {
  readonly at: number;
  readonly actor: string;
  readonly what: string;
}

const keptEntries = 50_000;
const keptViolations = 50;

/** @param onNote told of every fault and every violation as it happens. */
export function createHistory(onNote: (line: string) => void = () => {}): History {
  const startedAt = performance.now();
  const entries: Entry[] = [];
  const violations: Violation[] = [];
  const outcomes = new Map<string, number>();
  const now = () => performance.now() - startedAt;

  function add(actor: string, what: string): Entry {
    const entry = { at: now(), actor, what };
    entries.push(entry);
    if (entries.length > keptEntries) entries.splice(0, keptEntries / 10);
    return entry;
  }

  return {
    startedAt: new Date(),
    now,
    note: (actor, what) => onNote(lineOf(add(actor, what))),
    async call(actor, what, make, tell = () => 'ok') {
      const begunAt = now();
      const keep = (outcome: string, more: string) => {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        add(actor, `${what}: ${more} (${Math.round(now() - begunAt)} ms)`);
      };
      try {
        const value = await make();
        keep('ok', tell(value));
        return value;
      } catch (thrown) {
        const error = CallError.from(thrown);
        keep(error.code, error.message);
        throw error;
      }
    },
    violate(guarantee, message) {
      const { at } = add('VIOLATION', `${guarantee}: ${message}`);
      if (violations.length < keptViolations) violations.push({ guarantee, message, at: at / 1_000 });
      onNote(`VIOLATION ${guarantee}: ${message}`);
    },
    violations,
    outcomes,
    tail: (count = 60) => entries.slice(-count).map(lineOf).join('\n'),
  };
}

function lineOf({ at, actor, what }: Entry): string {
  return `${(at / 1_000).toFixed(2).padStart(8)} s  ${actor}: ${what}`;
}
