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

  test.each(['OPENAI_BASE_URL', 'TIKA_URL', 'HF_ENDPOINT', 'WINNOW_S3_ENDPOINT'])(
    'shows %s without the password in it',
    (name) => {
      const { message } = thrownBy({ [name]: 'ftp://user:hunter2@host' });
      expect(message).toContain(`${name}="ftp://…@host"`);
    },
  );

  test('takes names of machines as such', () => {
    const { http, siteHosts } = loadConfig({
      WINNOW_ALLOWED_HOSTS: 'search.example.com, Winnow_1,',
      WINNOW_SITE_HOSTS: 'wiki.example.com,docs:8080,[::1]:80',
    });
    expect(http.allowedHosts).toEqual(['search.example.com', 'Winnow_1']);
    expect(siteHosts).toEqual(['wiki.example.com', 'docs:8080', '[::1]:80']);
  });

  test('refuses one server without the other', () => {
    expect(thrownBy({ REDIS_URL: 'redis://127.0.0.1:6379' }).message).toContain('ELASTICSEARCH_URL is not');
  });

  test.each([
    ['redis://127.0.0.1:6379', 'http://127.0.0.1:9200'],
    ['redis://:a,b@127.0.0.1', 'http://127.0.0.1:9200'],
    [
      'rediss://user:secret@cache.example.com/2',
      'https://elastic:secret@one:9200,https://elastic:secret@two:9200',
    ],
    ['redis+sentinel://:secret@one:26379,two:26379,three:26379/main', 'http://one:9200, http://two:9200'],
  ])('takes one server or several: %s with %s', (redisUrl, elasticsearchUrl) => {
    const { backend } = loadConfig({ REDIS_URL: redisUrl, ELASTICSEARCH_URL: elasticsearchUrl });
    expect(backend).toMatchObject({ mode: 'full', redisUrl, elasticsearchUrl, shards: 1 });
  });

  test.each([
    ['REDIS_URL', 'redis+sentinel://one:26379'],
    ['REDIS_URL', 'redis://one:6379,two:6379'],
    ['REDIS_URL', 'http://127.0.0.1:6379'],
    ['ELASTICSEARCH_URL', 'http://one:9200,two:9200'],
    ['ELASTICSEARCH_URL', 'one:9200'],
    ['WINNOW_TRUSTED_PROXIES', 'proxy.example'],
    ['WINNOW_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['WINNOW_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['WINNOW_ALLOWED_HOSTS', 'https://api.example.com'],
    ['WINNOW_ALLOWED_HOSTS', 'api.example.com:8080'],
    ['WINNOW_SITE_HOSTS', 'http://x'],
    ['WINNOW_SHARDS', '0'],
    ['WINNOW_ASK_ABOVE_USD', '-1'],
  ])('refuses %s=%s', (name, value) => {
    expect(thrownBy({ [name]: value }).message).toContain(name);
  });

  test('takes the secrets of webhooks from variables that are called so, and from no other', () => {
    const { webhooks } = loadConfig({
      WINNOW_WEBHOOK_SECRET: 'one',
      WINNOW_WEBHOOK_SECRET_OPS: 'two',
      WINNOW_WEBHOOK_SECRET_EMPTY: '',
      WINNOW_WEBHOOK_SECRETS: 'no',
      OPENAI_API_KEY: 'no',
    });
    expect([...webhooks.secrets]).toEqual([
      ['WINNOW_WEBHOOK_SECRET', 'one'],
      ['WINNOW_WEBHOOK_SECRET_OPS', 'two'],
    ]);
    expect(webhooks.allowsPrivate).toBe(false);
    expect(loadConfig({ WINNOW_WEBHOOK_PRIVATE: '1' }).webhooks.allowsPrivate).toBe(true);
    expect(thrownBy({ WINNOW_WEBHOOK_PRIVATE: 'yes' }).message).toContain('WINNOW_WEBHOOK_PRIVATE');
  });

  test('treats an empty variable as not set', () => {
    expect(loadConfig({ REDIS_URL: '', ELASTICSEARCH_URL: '', WINNOW_PORT: '' }).http.port).toBe(7700);
  });

  test('is documented variable by variable', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (.+) \|$/gm)].map((row) => [row[1], row[2]]);
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
