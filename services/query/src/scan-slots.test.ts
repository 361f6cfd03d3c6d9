import { describe, expect, test } from 'vitest';
import { createScanSlots } from './scan-slots.ts';

describe('createScanSlots', () => {
  test('refuses a third scan while two are under way, and takes one again when one has ended or failed', async () => {
    const slots = createScanSlots();
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const scans = [slots.within(() => first.promise), slots.within(() => second.promise)];
    const refused = slots.within(async () => 'never');
    await expect(refused).rejects.toMatchObject({ code: 'resource_exhausted', retryAfterMs: 5_000 });
    first.resolve('done');
    second.reject(new Error('broken'));
    expect((await Promise.allSettled(scans)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await slots.within(async () => 'third')).toBe('third');
  });
});
