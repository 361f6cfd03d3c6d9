import { describe, expect, test } from 'vitest';
import { localAccess, requireKeyBeyondLoopback } from './access.ts';

describe('requireKeyBeyondLoopback', () => {
  test.each(['127.0.0.1', '127.3.2.1', '::1', 'localhost', 'LOCALHOST'])('needs none on %s', (host) => {
    expect(() => requireKeyBeyondLoopback({ ...localAccess, host })).not.toThrow();
  });

  test.each([
    '0.0.0.0',
    '::',
    '192.168.1.7',
    'fd00::1',
    '::ffff:192.168.1.7',
    'search.example',
    'localhost.example',
    '',
  ])('needs a key on %s', (host) => {
    expect(() => requireKeyBeyondLoopback({ ...localAccess, host })).toThrow(/WINNOW_API_KEY/);
    expect(() => requireKeyBeyondLoopback({ ...localAccess, host, apiKey: 'x'.repeat(16) })).not.toThrow();
  });
});
