import { describe, expect, it } from 'vitest';
import { createPathFilter } from './path-filter.ts';

describe('createPathFilter', () => {
  it('takes everything but hidden files and node_modules by default', () => {
    const filter = createPathFilter(['**/*'], []);
    expect(filter.takesFile('a.md')).toBe(true);
    expect(filter.takesFile('文档/说明.md')).toBe(true);
    expect(filter.takesFile('docs/.draft.md')).toBe(false);
    expect(filter.mayHold('.git')).toBe(false);
    expect(filter.mayHold('packages/a/node_modules')).toBe(false);
  });

  it('takes hidden files that a pattern names, but .git only by its own name', () => {
    const filter = createPathFilter(['.github/**/*.md'], []);
    expect(filter.mayHold('.github')).toBe(true);
    expect(filter.takesFile('.github/guide.md')).toBe(true);
    expect(createPathFilter(['**/.*/**'], []).mayHold('.git')).toBe(false);
    expect(createPathFilter(['.git/**'], []).mayHold('.git')).toBe(true);
  });

  it('leaves out what is excluded, a folder with all that is below', () => {
    const filter = createPathFilter(['**/*'], ['drafts/**', '**/*.log', 'old/']);
    expect(filter.mayHold('drafts')).toBe(false);
    expect(filter.mayHold('old')).toBe(false);
    expect(filter.takesFile('a/b.log')).toBe(false);
    expect(filter.takesFile('a/b.md')).toBe(true);
  });

  it('does not open folders that no pattern can reach', () => {
    const filter = createPathFilter(['docs/guide/*.md', 'README.md'], []);
    expect(filter.mayHold('docs')).toBe(true);
    expect(filter.mayHold('docs/guide')).toBe(true);
    expect(filter.mayHold('docs/guide/deep')).toBe(false);
    expect(filter.mayHold('src')).toBe(false);
    expect(createPathFilter(['**/*.md'], []).mayHold('a/b/c')).toBe(true);
    expect(createPathFilter(['{a/b,c}/*.md'], []).mayHold('a/b')).toBe(true);
  });

  it('takes the very path it is given, whatever signs are in it', () => {
    const filter = createPathFilter(['report [final] (1)*.md'], []);
    expect(filter.takesFile('report [final] (1)*.md')).toBe(true);
    expect(createPathFilter(['.env.md'], []).takesFile('.env.md')).toBe(true);
  });

  it('takes a decomposed pattern for the composed one', () => {
    expect(createPathFilter(['u\u0308ber.md'], []).takesFile('\u00fcber.md')).toBe(true);
  });

  it('knows one small language of patterns, in both lists', () => {
    expect(() => createPathFilter(['+([a-z]|[a-z-])X'], [])).toThrow(/patterns know/);
    expect(() => createPathFilter(['**/*'], ['!(a)'])).toThrow(/patterns know/);
  });
});
