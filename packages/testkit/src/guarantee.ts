import { it } from 'vitest';

/**
 * A test of a conformance suite that an adapter may be excused from.
 * @param reason why the adapter cannot give it, in words for users: the reason stands in the name of the skipped
 * test, from where the matrix of adapters and guarantees takes it. Null: it is given, and tested.
 */
export function guaranteeUnless(
  reason: string | null | undefined,
  guarantee: string,
  test: () => void | Promise<void>,
): void {
  if (reason === null || reason === undefined) it(guarantee, test);
  else it.skip(`${guarantee} (skipped: ${reason})`, test);
}
