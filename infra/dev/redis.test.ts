import { describe, expect, it } from 'vitest';
import { redisArguments } from './redis.ts';

describe('redisArguments', () => {
  it('switches snapshots, the append-only file and eviction off by default', () => {
    expect(redisArguments({})).toEqual([
      ...['--save', ''],
      ...['--appendonly', 'no'],
      ...['--maxmemory-policy', 'noeviction'],
    ]);
  });

  it('lets a test choose the append-only file and any other setting', () => {
    const args = redisArguments({ appendOnly: true, settings: { maxmemory: '20mb' } });
    expect(args.join(' ')).toContain('--appendonly yes');
    expect(args.join(' ')).toContain('--maxmemory 20mb');
  });

  it('hands on a setting of several words word by word', () => {
    const args = redisArguments({ settings: { replicaof: ['127.0.0.1', '6379'] } });
    expect(args.slice(-3)).toEqual(['--replicaof', '127.0.0.1', '6379']);
  });
});
