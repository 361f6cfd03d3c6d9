import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  cursorOf,
  isInside,
  joinPaths,
  locationOf,
  pathOfCursor,
  pathOfLocation,
  type RawPath,
  rawPathOf,
  rawPathOfText,
  rootPath,
} from './raw-path.ts';

describe('a raw path', () => {
  it('comes back from a location and a cursor byte for byte', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1 }).map((array) => Buffer.from(array)),
      fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (spelled) => {
        const path = rawPathOf(spelled);
        const location = JSON.parse(JSON.stringify(locationOf(path)));
        expect(pathOfLocation(location)).toBe(path);
        expect(pathOfCursor(cursorOf(path))).toBe(path);
        expect(bytesOf(path)).toEqual(spelled);
      }),
    );
  });

  it('is text in a location wherever it is text', () => {
    expect(locationOf(rawPathOfText('文档/\ufeffu\u0308.md'))).toEqual({ path: '文档/\ufeffu\u0308.md' });
    expect(locationOf(rawPathOf(Buffer.from('d6d0', 'hex')))).toEqual({ bytes: '1tA' });
  });

  it('is null for a location without one, and for a cursor of another source', () => {
    expect(pathOfLocation({})).toBeNull();
    for (const cursor of ['', 'null', '["1 2 3",4,5,null]', '{}']) expect(pathOfCursor(cursor)).toBeNull();
  });

  it('is inside of its root only', () => {
    const root = '/data/docs' as RawPath;
    expect(isInside(root, '/data/docs/..foo' as RawPath)).toBe(true);
    expect(isInside(root, root)).toBe(true);
    expect(isInside(root, '/data/docs2' as RawPath)).toBe(false);
    expect(isInside('/' as RawPath, '/data' as RawPath)).toBe(true);
    expect(joinPaths('/' as RawPath, 'data' as RawPath)).toBe('/data');
    expect(joinPaths(root, rootPath)).toBe(root);
  });
});
