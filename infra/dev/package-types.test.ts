import { Package } from '@arethetypeswrong/core';
import { describe, expect, test } from 'vitest';
import { wrongTypes } from './package-types.ts';

/** An ESM package with one entry point, and the files given. */
function packed(files: Readonly<Record<string, string>>): Package {
  const manifest = {
    name: 'sample',
    version: '1.0.0',
    type: 'module',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  };
  const all = { 'package.json': JSON.stringify(manifest), 'index.js': 'export const one = 1;\n', ...files };
  const placed = Object.entries(all).map(([name, text]) => [`/node_modules/sample/${name}`, text]);
  return new Package(Object.fromEntries(placed), 'sample', '1.0.0');
}

describe('wrongTypes', () => {
  test('finds nothing in ESM whose types are those of its code, though require() cannot have it', async () => {
    expect(await wrongTypes(packed({ 'index.d.ts': 'export declare const one: number;\n' }))).toEqual([]);
  });

  test('names types that leave out a file that they import', async () => {
    const found = await wrongTypes(packed({ 'index.d.ts': "export { one } from './absent.js';\n" }));
    expect(found.join('\n')).toContain('./absent.js');
  });

  test('names types that were not packed', async () => {
    expect(await wrongTypes(packed({ 'other.d.ts': 'export {};\n' }))).not.toEqual([]);
    expect(await wrongTypes(packed({}))).toEqual(['it has no types']);
  });
});
