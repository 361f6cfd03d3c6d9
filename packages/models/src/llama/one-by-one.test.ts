import { describe, expect, it } from 'vitest';
import { createOneByOne } from './one-by-one.ts';

const never = new AbortController().signal;

describe('createOneByOne', () => {
  it('runs one after the other in the order of asking, whatever becomes of each', async () => {
    const line = createOneByOne();
    const seen: string[] = [];
    const work = (name: string, failing = false) =>
      line.run(never, async () => {
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
    const line = createOneByOne();
    const controller = new AbortController();
    const gate = Promise.withResolvers<void>();
    const first = line.run(never, () => gate.promise);
    const canceled = line.run(controller.signal, async () => expect.unreachable());
    const last = line.run(never, async () => 'ran');
    controller.abort();
    gate.resolve();
    await first;
    await expect(canceled).rejects.toMatchObject({ code: 'canceled' });
    expect(await last).toBe('ran');
  });

  it('is idle when the last has ended', async () => {
    const line = createOneByOne();
    let ended = false;
    void line.run(never, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      ended = true;
    });
    await line.idle();
    expect(ended).toBe(true);
  });
});
