import { AppError } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { redisOptionsOf } from './redis-url.ts';

describe('redisOptionsOf', () => {
  it.each([
    ['redis://127.0.0.1', { host: '127.0.0.1', port: 6379, db: 0 }],
    ['redis://cache:6380/3', { host: 'cache', port: 6380, db: 3 }],
    ['redis://cache/', { host: 'cache', port: 6379, db: 0 }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0 }],
    ['redis://cache?family=6', { host: 'cache', port: 6379, db: 0, family: 6 }],
    ['redis://:p%40ss%2Fword@cache', { host: 'cache', port: 6379, db: 0, password: 'p@ss/word' }],
    ['redis://ann:pw@cache', { host: 'cache', port: 6379, db: 0, username: 'ann', password: 'pw' }],
    ['rediss://cache:6380', { host: 'cache', port: 6380, db: 0, tls: { servername: 'cache' } }],
    ['rediss://10.0.0.1', { host: '10.0.0.1', port: 6379, db: 0, tls: {} }],
  ])('reads a server from %s', (url, options) => {
    expect(redisOptionsOf(url)).toEqual(options);
  });

  it('reads sentinels, the name of their master and both passwords', () => {
    const url = 'redis+sentinel://:pw@one:26380,two,[::1]:26381/my%20master/2?sentinelPassword=other%26one';
    expect(redisOptionsOf(url)).toEqual({
      sentinels: [
        { host: 'one', port: 26380 },
        { host: 'two', port: 26379 },
        { host: '::1', port: 26381 },
      ],
      name: 'my master',
      db: 2,
      password: 'pw',
      sentinelPassword: 'other&one',
    });
  });

  it('speaks TLS to sentinels and to what they name', () => {
    expect(redisOptionsOf('rediss+sentinel://one,two/main')).toMatchObject({
      tls: {},
      sentinelTLS: {},
      enableTLSForSentinelMode: true,
    });
  });

  it.each([
    'http://secret@cache:6379',
    'cache:6379',
    'redis://',
    'redis://secret@cache:0',
    'redis://secret@cache:70000',
    'redis://secret@cache/main',
    'redis://secret@one,two',
    'redis://:secret%@cache',
    'redis://secret@cache?keyPrefix=x',
    'redis+sentinel://secret@one,two',
    'redis+sentinel://secret@one,two/main/1/2',
    'redis+sentinel://secret@one,/main',
    'redis+cluster://secret@one/main',
  ])('refuses %s, and does not repeat it', (url) => {
    const error = thrownBy(() => redisOptionsOf(url));
    expect(error).toMatchObject({ code: 'invalid_argument' });
    expect(String(error)).not.toContain('secret');
  });
});

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    return thrown instanceof AppError ? thrown : null;
  }
}
