import { AppError, nextTurn } from '@winnow/core';

/**
 * Does at once what is asked under the same key until the thread's next turn: for work that costs little more for several than
 * for one.
 * @param work @returns a result for each, in their order; what it throws, all of them get.
 */
export function together<Asked, Result>(
  keyOf: (asked: Asked) => string,
  work: (asked: readonly Asked[]) => readonly Result[],
): (asked: Asked) => Promise<Result> {
  interface Group {
    readonly asked: Asked[];
    readonly results: Promise<readonly Result[]>;
  }
  const gathered = new Map<string, Group>();
  const gather = (key: string): Group => {
    const asked: Asked[] = [];
    const results = nextTurn().then(() => {
      gathered.delete(key);
      return work(asked);
    });
    const group = { asked, results };
    gathered.set(key, group);
    return group;
  };
  return async (one) => {
    const key = keyOf(one);
    const { asked, results } = gathered.get(key) ?? gather(key);
    const at = asked.push(one) - 1;
    const result = (await results)[at];
    if (result === undefined) throw new AppError('internal', 'work done together left a result out');
    return result;
  };
}
