import { readFileSync } from 'node:fs';
import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { environmentSchema } from './environment-schema.ts';

describe('loadConfig', () => {
  test('needs nothing and then uses no server', () => {
    expect(loadConfig({})).toMatchObject({ backend: { mode: 'embedded' }, http: { host: '127.0.0.1' } });
  });

  test('names every bad variable at once, with what is allowed', () => {
    const error = thrownBy({ WINNOW_PORT: '70000', WINNOW_LOG_LEVEL: 'loud' });
    expect(error.code).toBe('invalid_argument');
    expect(error.message).toContain('WINNOW_PORT="70000"');
    expect(error.message).toContain('WINNOW_LOG_LEVEL="loud"');
  });

  test('never prints a secret, not even a malformed one', () => {
    const error = thrownBy({ REDIS_URL: 'http://user:hunter2@host' });
    expect(error.message).toContain('REDIS_URL');
    expect(error.message).not.toContain('hunter2');
  });

  test('refuses one server without the other', () => {
    expect(thrownBy({ REDIS_URL: 'redis://127.0.0.1:6379' }).message).toContain('ELASTICSEARCH_URL is not');
  });

  test('treats an empty variable as not set', () => {
    expect(loadConfig({ REDIS_URL: '', ELASTICSEARCH_URL: '', WINNOW_PORT: '' }).http.port).toBe(7700);
  });

  test('is documented variable by variable', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map((row) => [row[1], row[2]]);
    const known = Object.entries(environmentSchema.shape).map(([name, schema]) => [name, schema.description]);
    expect(documented).toEqual(known);
  });
});

function thrownBy(environment: Record<string, string>): AppError {
  try {
    loadConfig(environment);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('nothing was thrown');
}
