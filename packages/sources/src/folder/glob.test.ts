import fc from 'fast-check';
import picomatch from 'picomatch';
import { describe, expect, it } from 'vitest';
import { createGlob } from './glob.ts';

const matches = (pattern: string, path: string, dot = false) => createGlob(pattern, { dot })(path);

describe('createGlob', () => {
  it.each([
    ['*', ['a', 'a.md'], ['a/b', '.a']],
    ['**/*.md', ['a.md', 'x/a.md', 'x/y/a.md'], ['a.txt', 'x/.md', '.x/a.md']],
    ['docs/**', ['docs/a', 'docs/a/b'], ['docs', 'other/a', 'docs/.a']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['a/xb', 'ab']],
    ['**', ['a', 'a/b'], ['.a', 'a/.b']],
    ['a**b', ['ab', 'axb'], ['a/b']],
    ['?.md', ['a.md', '文.md', '🙂.md'], ['ab.md', '/.md']],
    ['[a-c]x', ['ax', 'cx'], ['dx', '-x']],
    ['[!a-c]x', ['dx'], ['ax', '/x', '.x']],
    ['[]-]', [']', '-'], ['a']],
    ['{a,b/*}.md', ['a.md', 'b/x.md'], ['b.md', 'c.md']],
    ['{**/x,y}', ['x', 'a/b/x', 'y'], ['a/y']],
    ['x{a,{b,c}d,}', ['xa', 'xbd', 'xcd', 'x'], ['xb', 'xd']],
    ['{a}', ['{a}'], ['a']],
    ['a[', ['a['], ['a']],
    ['{a,b', ['{a,b'], ['a']],
    ['\\*a\\{', ['*a{'], ['xa{']],
    ['notes (1).md', ['notes (1).md'], ['notes 1.md']],
    ['.github/*', ['.github/a'], ['.github/.a']],
  ])('%s', (pattern, taken, left) => {
    expect(taken.filter((path) => !matches(pattern, path))).toEqual([]);
    expect(left.filter((path) => matches(pattern, path))).toEqual([]);
  });

  it('lets signs stand for a first dot only where that is asked for', () => {
    expect(matches('**/*', '.a/.b', true)).toBe(true);
    expect(matches('[.]a', '.a')).toBe(false);
  });

  it.each([
    '+([a-z]|[a-z-])X',
    '@(a|b)',
    '!(a)',
    '*(a)',
    '?(a)',
    '(a|b)',
    '!*.md',
    '{1..3}',
    '[[:alpha:]]',
    '',
  ])('refuses %s with what it knows instead', (pattern) => {
    expect(() => createGlob(pattern, { dot: false })).toThrow(/patterns know/);
  });

  it('refuses what is too long and too deep', () => {
    expect(() => createGlob('a'.repeat(1_025), { dot: false })).toThrow(/1024/);
    expect(() => createGlob(`${'{a,'.repeat(40)}${'}'.repeat(40)}`, { dot: false })).toThrow(/16 braces/);
  });

  it('agrees with the globs of shells', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '[ab]', '[^a]', '{a,b}', '{a,b*}', 'ab');
    const segment = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      },
      { weight: 1, arbitrary: fc.constant('**') },
    );
    const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 });
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(pattern, path, (given, file) => {
        // Theirs also takes the folder before a last `/**`, and has ways of its own with stars beside each other.
        fc.pre(!given.endsWith('/**') && !/[^/]\*\*|\*\*[^/]/.test(given));
        expect([given, file, matches(given, file)]).toEqual([given, file, picomatch(given)(file)]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes time in proportion to the name where others would go back again and again', () => {
    const path = `${'a'.repeat(4_000)}b`;
    for (const pattern of [
      '*a*a*a*a*a*a*a*a*a*c',
      '**/*a*{a*,*a*}*{*a,a*}c',
      '{*,a*,*a}{*,a*,*a}{*,a*,*a}c',
    ]) {
      expect(matches(pattern, path)).toBe(false);
    }
  });
});
