import { describe, expect, it } from 'vitest';
import { createTurns } from './turns.ts';

const never = new AbortController().signal;

describe('createTurns', () => {
  it('runs one after the other in the order of asking, whatever becomes of each', async () => {
    const turns = createTurns();
    const seen: string[] = [];
    const work = (name: string, failing = false) =>
      turns.run(never, async () => {
        seen.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(`${name} ends`);
        if (failing) throw new Error(name);
        return name;
      });
    const all = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not begin what was canceled while it waited, and goes on with the next', async () => {
    const turns = createTurns();
    const controller = new AbortController();
    const gate = Promise.withResolvers<void>();
    const first = turns.run(never, () => gate.promise);
    const canceled = turns.run(controller.signal, async () => expect.unreachable());
    const last = turns.run(never, async () => 'ran');
    controller.abort();
    gate.resolve();
    await first;
    await expect(canceled).rejects.toMatchObject({ code: 'canceled' });
    expect(await last).toBe('ran');
  });

  it('is idle when the last has ended', async () => {
    const turns = createTurns();
    let ended = false;
    void turns.run(never, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
    });
    await turns.idle();
    expect(ended).toBe(true);
  });
});
