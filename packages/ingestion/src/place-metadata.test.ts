import { describe, expect, test } from 'vitest';
import { withPlace } from './place-metadata.ts';

describe('withPlace', () => {
  test.each([
    ['a.md', { path: 'a.md', name: 'a.md' }],
    ['x/y/a.md', { path: 'x/y/a.md', name: 'a.md', folder: ['x', 'x/y'] }],
    [undefined, {}],
  ])('a file at %s', (path, expected) => {
    expect(withPlace({}, path)).toEqual(expected);
  });

  test('fields of the document itself stay', () => {
    expect(withPlace({ name: 'Ada', lang: 'en' }, 'x/a.md')).toEqual({
      path: 'x/a.md',
      name: 'Ada',
      folder: ['x'],
      lang: 'en',
    });
  });

  test('a document with as many fields as there may be has no more', () => {
    const many = Object.fromEntries(Array.from({ length: 64 }, (_, at) => [`f${at}`, at]));
    expect(withPlace(many, 'x/a.md')).toEqual(many);
  });
});
