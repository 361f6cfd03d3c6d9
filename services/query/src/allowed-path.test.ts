import { describe, expect, test } from 'vitest';
import { allowedPath } from './allowed-path.ts';

const places = {
  sourceRoots: [],
  sourceUrls: ['s3://docs/open/', 'https://docs.example.com/guide', 'postgres://db.example.com/wiki/'],
};

describe('an address that is named over HTTP', () => {
  test.each([
    's3://docs/open/manuals',
    'https://docs.example.com/guide',
    'https://docs.example.com/guide/start',
    'postgres://db.example.com/wiki/articles',
    'postgres://db.example.com/wiki/old%20pages/articles',
  ])('may lie below an allowed one: %s', async (address) => {
    expect(await allowedPath(address, places)).toBe(address);
  });

  test.each([
    's3://docs/secret',
    'https://docs.example.com/guidebook',
    'https://docs.example.com/guide/../private',
    'https://docs.example.com/guide/\t../private',
    'postgres://db.example.com/payroll/salaries',
    'postgres://db.example.com/wiki/../payroll/salaries',
    'postgres://db.example.com/wiki/\n../payroll/salaries',
    'postgres://db.example.com/wiki/%2E%2e/payroll/salaries',
    'postgres://me:hush@db.example.com/wiki/articles',
    'postgres://db.example.com:6000/wiki/articles',
    'postgresql://db.example.com/wiki/articles',
  ])('is refused elsewhere: %j', async (address) => {
    await expect(allowedPath(address, places)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.not.stringContaining('hush'),
    });
  });
});
