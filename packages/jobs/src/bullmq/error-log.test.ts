import { type LogFields, silentLogger } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createErrorLog } from './error-log.ts';

describe('createErrorLog', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('logs one thing once a minute, whichever job and kind it befalls', () => {
    const { note, logged } = bench();
    for (const job of ['one', 'two']) {
      note(new Error(`could not renew lock for job ${job}-1.5f3a`), job);
      note(new Error(`OOM command not allowed. script: ${job}, on @user_script:7.`), job);
    }
    expect(logged.map(({ job, code }) => [job, code])).toEqual([
      ['one', 'internal'],
      ['one', 'resource_exhausted'],
    ]);
    vi.advanceTimersByTime(60_001);
    note(new Error('OOM command not allowed. script: three, on @user_script:7.'), 'three');
    expect(logged).toHaveLength(3);
  });

  it('leaves to the connection what the connection logs', () => {
    const { note, logged } = bench();
    note(new Error('connect ECONNREFUSED 127.0.0.1:6379'), 'one');
    expect(logged).toEqual([]);
  });
});

function bench() {
  const logged: LogFields[] = [];
  const note = createErrorLog({ ...silentLogger, warn: (fields) => void logged.push(fields) });
  return { note, logged };
}
