/** Those who wait for one thing after the other, first come, first served. */
export interface WaitingLine<Waiter, Served> {
  readonly isEmpty: boolean;
  join(waiter: Waiter): Place<Served>;
  /** Something changed: the first may ask, if it does not already. */
  go(): void;
}

interface Place<Served> {
  readonly served: Promise<Served>;
  /** Gives the place up, unless it was served: `served` rejects with the error. */
  drop(error: Error): void;
}

export interface WaitingLineOptions<Waiter, Served> {
  /** Whether the first may ask now; where not, somebody calls `go` later. */
  readonly mayAsk: () => boolean;
  /**
   * Asks for the first in line.
   * @returns what it is served, or after how many milliseconds it is to ask again.
   * @throws what it is refused with.
   */
  readonly ask: (waiter: Waiter) => Promise<Served | number>;
  /** What was got for somebody who is still in line, or `gone` by now. */
  readonly onServed: (waiter: Waiter, served: Served, gone: boolean) => void;
}

interface Member<Waiter, Served> {
  readonly waiter: Waiter;
  readonly resolve: (served: Served) => void;
  readonly reject: (error: unknown) => void;
}

export function createWaitingLine<Waiter, Served extends object>(
  options: WaitingLineOptions<Waiter, Served>,
): WaitingLine<Waiter, Served> {
  const members: Member<Waiter, Served>[] = [];
  let asking = false;
  let wake = (): void => {};

  const line: WaitingLine<Waiter, Served> = {
    get isEmpty() {
      return members.length === 0;
    },
    join(waiter) {
      const { promise: served, resolve, reject } = Promise.withResolvers<Served>();
      const member = { waiter, resolve, reject };
      members.push(member);
      line.go();
      return {
        served,
        drop(error) {
          if (!remove(member)) return;
          reject(error);
          wake();
        },
      };
    },
    go() {
      if (!asking) void askInTurn();
    },
  };
  return line;

  /** Never rejects. */
  async function askInTurn(): Promise<void> {
    asking = true;
    for (let [first] = members; first !== undefined && options.mayAsk(); [first] = members) {
      const againMs = await serve(first);
      if (againMs > 0) await sleep(againMs);
    }
    asking = false;
  }

  async function serve(member: Member<Waiter, Served>): Promise<number> {
    try {
      const answer = await options.ask(member.waiter);
      if (typeof answer === 'number') return answer;
      const waits = remove(member);
      options.onServed(member.waiter, answer, !waits);
      member.resolve(answer);
    } catch (error) {
      if (remove(member)) member.reject(error);
    }
    return 0;
  }

  function remove(member: Member<Waiter, Served>): boolean {
    const at = members.indexOf(member);
    if (at >= 0) members.splice(at, 1);
    return at >= 0;
  }

  async function sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = () => {};
  }
}
