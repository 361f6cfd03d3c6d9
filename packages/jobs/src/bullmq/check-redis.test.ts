import { describe, expect, it } from 'vitest';
import { checkRedis } from './check-redis.ts';

const infoOf = (fields: Record<string, string>) =>
  ['# Server', ...Object.entries(fields).map(([name, value]) => `${name}:${value}`), ''].join('\r\n');

describe('checkRedis', () => {
  it.each(['6.2.0', '6.2.14', '7.0.15', '8.10.0', '10.0.0'])(
    'accepts Redis %s that evicts nothing',
    (version) => {
      checkRedis(infoOf({ redis_version: version, maxmemory_policy: 'noeviction' }));
    },
  );

  it.each(['2.8.24', '5.0.14', '6.0.20', 'unknown'])(
    'refuses Redis %s, and says what it found',
    (version) => {
      expect(() => checkRedis(infoOf({ redis_version: version }))).toThrow(version);
    },
  );

  it('judges Valkey by its own version', () => {
    checkRedis(infoOf({ redis_version: '1.0.0', valkey_version: '8.1.0', maxmemory_policy: 'noeviction' }));
  });

  it('refuses a policy that deletes keys, and says how to change it', () => {
    const info = infoOf({ redis_version: '7.0.15', maxmemory_policy: 'volatile-lru' });
    expect(() => checkRedis(info)).toThrow(/volatile-lru.*config set maxmemory-policy noeviction/s);
  });

  it('refuses a replica, and says whom to name', () => {
    expect(() => checkRedis(infoOf({ redis_version: '7.0.15', role: 'slave' }))).toThrow(/name its master/);
  });

  it.each([
    { redis_version: '5.0.14' },
    { redis_version: '7.0.15', role: 'slave' },
    { redis_version: '7.0.15', maxmemory_policy: 'allkeys-lru' },
  ])('says of %j that it is the queue, and not what was asked for', (fields) => {
    expect(() => checkRedis(infoOf(fields))).toThrow(
      expect.objectContaining({ code: 'failed_precondition', part: 'queue' }),
    );
  });

  it('accepts a server that has no such policy', () => {
    checkRedis(infoOf({ redis_version: '7.4.0' }));
  });
});
