import { defineJobs } from '@winnow/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkCatalog, parkedOf, prepareJobs, readJob } from './prepare-jobs.ts';

const kind = {
  payload: z.object({ item: z.string(), pages: z.int().default(1) }),
  id: ({ item }: { item: string }) => `task-${item}`,
  attempts: 1,
  backoffMs: 0,
  timeoutMs: 1,
  concurrency: 1,
};
const catalog = defineJobs({ task: kind });

describe('prepareJobs', () => {
  it('carries on what the schema makes of a payload, defaults included and unknown fields left out', () => {
    const payload = { item: 'a', secret: 'x' } as unknown as { item: string; pages: number };
    expect(prepareJobs(catalog, [{ name: 'task', payload }])).toEqual([
      { name: 'task', id: 'task-a', json: '{"item":"a","pages":1}' },
    ]);
  });

  it('measures a payload in bytes, not in characters', () => {
    const payload = { item: '文'.repeat(5_500), pages: 1 };
    expect(() => prepareJobs(catalog, [{ name: 'task', payload }])).toThrow(
      /16[0-9]{3} bytes, the limit is 16384/,
    );
  });

  it('says which field does not fit', () => {
    const payload = { item: 'a', pages: 1.5 };
    expect(() => prepareJobs(catalog, [{ name: 'task', payload }])).toThrow(
      /task job does not fit its schema: pages/,
    );
  });
});

describe('parkedOf and readJob', () => {
  const versioned = defineJobs({ old: kind, task: { ...kind, version: 2 } });

  it.each([
    ['of a later version', 'task', { version: 3, item: 'a' }, { parked: 1, read: 0 }],
    [
      'of a later version that fits the schema',
      'task',
      { version: 3, item: 'a', pages: 2 },
      { parked: 1, read: 0 },
    ],
    ['of this version', 'task', { version: 2, item: 'a' }, { parked: 0, read: 1 }],
    ['without a version', 'task', { item: 'a' }, { parked: 0, read: 1 }],
    ['whose version is no number', 'task', { version: '3', item: 'a' }, { parked: 0, read: 1 }],
    ['of a kind without versions', 'old', { version: 3, item: 'a' }, { parked: 0, read: 1 }],
    ['of a kind that this version lacks', 'other', { item: 'a' }, { parked: 1, read: 0 }],
    ['that does not fit', 'task', { version: 2 }, { parked: 0, read: 0 }],
    ['that is no object', 'task', null, { parked: 0, read: 0 }],
  ])('tell apart a payload %s', (_, name, payload, expected) => {
    expect({
      parked: parkedOf(versioned, [{ name, id: 'x', payload }]).length,
      read: readJob(versioned, name, payload).length,
    }).toEqual(expected);
  });
});

describe('checkCatalog', () => {
  it.each([
    ['attempts', 0],
    ['timeoutMs', 0.5],
    ['concurrency', Number.NaN],
    ['backoffMs', -1],
    ['version', 1.5],
    ['maxWorkersLost', 0],
  ])('refuses %s of %d', (field, value) => {
    expect(() => checkCatalog({ task: { ...kind, [field]: value } })).toThrow(field);
  });

  it('refuses a name that Redis keys cannot hold', () => {
    expect(() => checkCatalog({ 'a:b': kind })).toThrow('colon');
  });
});
