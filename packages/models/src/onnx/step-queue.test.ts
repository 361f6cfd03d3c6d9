import { expect, it } from 'vitest';
import { createStepQueue, type SteppedJob } from './step-queue.ts';

/** Steps write their name; the first step of each job waits until the test opens it. */
function recorder() {
  const events: string[] = [];
  const job = (
    id: number,
    rank: number,
    steps: number,
    gate: Promise<void> = Promise.resolve(),
  ): SteppedJob => ({
    id,
    rank,
    steps: Array.from({ length: steps }, (_, index) => async () => {
      if (index === 0) await gate;
      events.push(`${id}.${index + 1}`);
    }),
    done: () => events.push(`${id} done`),
    failed: (error) => events.push(`${id} failed: ${error instanceof Error ? error.message : error}`),
  });
  return { events, job };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets a job of a lower rank go first after the step that is running', async () => {
  const { events, job } = recorder();
  const gate = Promise.withResolvers<void>();
  const queue = createStepQueue();
  queue.add(job(1, 2, 3, gate.promise));
  queue.add(job(2, 1, 1));
  queue.add(job(3, 0, 1));
  gate.resolve();
  await settled();
  expect(events).toEqual(['1.1', '3.1', '3 done', '2.1', '2 done', '1.2', '1.3', '1 done']);
});

it('takes jobs of equal rank in the order they came', async () => {
  const { events, job } = recorder();
  const queue = createStepQueue();
  for (const id of [1, 2]) queue.add(job(id, 1, 2));
  await settled();
  expect(events).toEqual(['1.1', '1.2', '1 done', '2.1', '2.2', '2 done']);
});

it('drops the rest of a canceled job without a word', async () => {
  const { events, job } = recorder();
  const gate = Promise.withResolvers<void>();
  const queue = createStepQueue();
  queue.add(job(1, 1, 3, gate.promise));
  queue.add(job(2, 1, 1));
  queue.cancel(1);
  queue.cancel(99);
  gate.resolve();
  await settled();
  expect(events).toEqual(['1.1', '2.1', '2 done']);
});

it('drops the rest of a job whose step fails, and goes on with the others', async () => {
  const { events, job } = recorder();
  const queue = createStepQueue();
  queue.add(job(1, 1, 2, Promise.reject(new Error('bad text'))));
  queue.add(job(2, 1, 1));
  await settled();
  expect(events).toEqual(['1 failed: bad text', '2.1', '2 done']);
});

it('ends a job without steps', async () => {
  const { events, job } = recorder();
  createStepQueue().add(job(1, 1, 0));
  await settled();
  expect(events).toEqual(['1 done']);
});
