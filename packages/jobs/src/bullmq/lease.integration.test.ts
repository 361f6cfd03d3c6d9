import { silentLogger } from '@winnow/core';
import { eventually, redisUrl, uniquePrefix } from '@winnow/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLease } from './lease.ts';
import { connectRedis } from './redis-connection.ts';

describe('createLease', () => {
  it('lets one of many lead, who keeps the lead by asking again', async () => {
    const prefix = uniquePrefix();
    const [one, two] = [open(prefix), open(prefix)];
    expect(await one.take(60_000)).toBe(true);
    for (let n = 0; n < 3; n++) {
      expect(await two.take(60_000)).toBe(false);
      expect(await one.take(60_000)).toBe(true);
    }
  });

  it('lets exactly one lead of many who ask at once', async () => {
    const prefix = uniquePrefix();
    const all = Array.from({ length: 10 }, () => open(prefix));
    const lead = await Promise.all(all.map((lease) => lease.take(60_000)));
    expect(lead.filter(Boolean)).toHaveLength(1);
  });

  it('passes the lead on when the leader does not ask again', async () => {
    const prefix = uniquePrefix();
    const [one, two] = [open(prefix), open(prefix)];
    expect(await one.take(200)).toBe(true);
    await eventually(async () => expect(await two.take(60_000)).toBe(true));
    expect(await one.take(200)).toBe(false);
  });

  it('passes the lead on at once when the leader releases it, and not when somebody else does', async () => {
    const prefix = uniquePrefix();
    const [one, two] = [open(prefix), open(prefix)];
    await one.take(60_000);
    await two.take(60_000);
    await two.release();
    expect(await two.take(60_000)).toBe(false);
    await one.release();
    expect(await two.take(60_000)).toBe(true);
  });

  it('is of its prefix alone', async () => {
    expect(await open(uniquePrefix()).take(60_000)).toBe(true);
    expect(await open(uniquePrefix()).take(60_000)).toBe(true);
  });

  function open(prefix: string) {
    const redis = connectRedis(redisUrl(), 'impatient', silentLogger);
    onTestFinished(() => redis.disconnect());
    return createLease(redis, `${prefix}:leader`);
  }
});
