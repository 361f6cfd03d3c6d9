import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createQuietHours } from './quiet-hours.ts';

test('nothing busy is under way while it is quiet, and goes on afterwards', async () => {
  const { busy, quiet } = createQuietHours();
  let atWork = 0;
  let most = 0;
  let seen = 0;
  const work = () =>
    busy(async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await wait(5);
      atWork -= 1;
    });
  const hush = () =>
    quiet(async () => {
      seen = Math.max(seen, atWork);
      await wait(5);
      seen = Math.max(seen, atWork);
    });
  const first = [work(), work()];
  await wait(1);
  await Promise.all([...first, hush(), work(), hush(), work()]);
  expect({ atWork, most, seen }).toEqual({ atWork: 0, most: 2, seen: 0 });
});
