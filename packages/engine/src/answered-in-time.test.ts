import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { answeredInTime } from './answered-in-time.ts';

test('says who has not answered when the time is over, and nothing else of an error before', async () => {
  const late = AbortSignal.timeout(1);
  const hanging = wait(60_000, undefined, { signal: late });
  await expect(answeredInTime('Redis', hanging, late)).rejects.toMatchObject({
    code: 'deadline_exceeded',
    message: 'Redis did not answer in time',
  });
  const inTime = new AbortController().signal;
  await expect(answeredInTime('Redis', Promise.resolve(), inTime)).resolves.toBeUndefined();
  const refused = Promise.reject(new Error('refused'));
  await expect(answeredInTime('Redis', refused, inTime)).rejects.toThrow('refused');
});
