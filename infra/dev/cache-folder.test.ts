import { describe, expect, it } from 'vitest';
import { cacheFolder } from './cache-folder.ts';

describe('cacheFolder', () => {
  it('is the folder that was asked for', () => {
    expect(cacheFolder({ WINNOW_CACHE_DIR: '/srv/cache' }, true)).toBe('/srv/cache');
  });

  it('is outside the home of root, into which no other user can look', () => {
    expect(cacheFolder({}, true)).toBe('/var/cache/winnow');
    expect(cacheFolder({ XDG_CACHE_HOME: '/home/a/.c' }, false)).toBe('/home/a/.c/winnow');
  });
});
