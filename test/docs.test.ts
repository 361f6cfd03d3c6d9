import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (page: string) => readFileSync(join(root, page), 'utf8');
const pagesOf = (pattern: string) => globSync(pattern, { cwd: root }).sort();

/** Pages that are kept in both languages: NAME.md, and NAME.zh.md beside it. */
const translated = [
  'ARCHITECTURE.md',
  'docs/configuration.md',
  'docs/failure-modes.md',
  ...pagesOf('docs/guides/*.md').filter((page) => !page.endsWith('.zh.md')),
];

/** Pages whose links are followed. */
const linking = [...pagesOf('*.md'), ...pagesOf('docs/**/*.md')];

describe('a page and its Chinese twin', () => {
  test.each(translated)('%s', (page) => {
    const twin = page.replace(/\.md$/, '.zh.md');
    expect(existsSync(join(root, twin)), `${twin} is there`).toBe(true);
    const english = partsOf(read(page));
    const chinese = partsOf(read(twin));
    expect(chinese.outline, 'levels of headings, and the code in them').toEqual(english.outline);
    expect(chinese.blocks, 'code blocks').toEqual(english.blocks);
    expect(chinese.rows, 'cells of each table row').toEqual(english.rows);
    expect(chinese.code, 'what is named as code').toEqual(english.code);
    expect(english.head).toContain(`[中文](${basename(twin)})`);
    expect(chinese.head).toContain(`[English](${basename(page)})`);
  });

  test('there is no twin without its page', () => {
    const twins = linking.filter((page) => page.endsWith('.zh.md')).sort();
    expect(twins).toEqual([...translated, 'README.md'].map((page) => page.replace(/\.md$/, '.zh.md')).sort());
  });
});

describe('every relative link leads somewhere', () => {
  test.each(linking)('%s', (page) => {
    expect(linksOf(read(page)).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });
});

const fence = /^```.*?^```$/gms;
const inlineCode = /`[^`]+`/g;
const headings = /^#{1,6} .+$/gm;
const tableRows = /^\|.*\|$/gm;

/** What of a page is the same in every language. */
function partsOf(text: string) {
  const prose = text.replace(fence, '');
  return {
    head: text.split('\n').slice(0, 4),
    blocks: text.match(fence) ?? [],
    outline: (prose.match(headings) ?? []).map((heading) =>
      [heading.split(' ')[0], ...(heading.match(inlineCode) ?? [])].join(' '),
    ),
    rows: (prose.match(tableRows) ?? []).map((row) => row.replace(inlineCode, '').split('|').length - 2),
    code: [...new Set((prose.match(inlineCode) ?? []).map((code) => code.replace(/\s+/g, ' ')))].sort(),
  };
}

/** Targets of links within the repository; what stands in code is none. */
function linksOf(text: string): readonly string[] {
  const prose = text.replace(fence, '').replace(inlineCode, 'code');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#').map(decodeURI);
  const target = path === '' ? page : relative(root, join(root, dirname(page), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).has(anchor);
}

/** Anchors of a page's headings as GitHub makes them: small letters, no punctuation, hyphens for spaces, numbered if repeated. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of text.replace(fence, '').match(headings) ?? []) {
    const title = heading.replace(/^#+ /, '').replace(/\]\([^)]*\)/g, '');
    const plain = title
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let again = 1; anchors.has(anchor); again++) anchor = `${plain}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}
