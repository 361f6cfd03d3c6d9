import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { withDeadline } from './with-deadline.ts';

const forever = new AbortController().signal;
const never = () => new Promise<never>(() => {});

describe('withDeadline', () => {
  it('stops waiting for a call that ignores its signal', async () => {
    await expect(withDeadline('the model', 5, forever, never)).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: 'the model took longer than 5 ms',
    });
  });

  it('tells a caller that gave up from a deadline', async () => {
    const caller = new AbortController();
    const waiting = withDeadline('the model', 60_000, caller.signal, never);
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
    await expect(withDeadline('the model', 60_000, caller.signal, never)).rejects.toMatchObject({
      code: 'canceled',
    });
  });

  it('passes results and errors through', async () => {
    await expect(withDeadline('it', 60_000, forever, async () => 7)).resolves.toBe(7);
    const failing = async () => {
      throw new AppError('unavailable', 'gone');
    };
    await expect(withDeadline('it', 60_000, forever, failing)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
