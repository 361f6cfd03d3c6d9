import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paragraphs of package documentation, of all lengths, the same on every machine with the same lock file. */
export function markdownTexts(count: number): string[] {
  const root = join(import.meta.dirname, '../../../node_modules/.pnpm');
  const paragraphs = globSync('*/node_modules/*/*.md', { cwd: root })
    .toSorted()
    .flatMap((path) => readFileSync(join(root, path), 'utf8').split(/\n(?=#)/))
    .filter((paragraph) => paragraph.length > 80);
  const step = Math.max(1, Math.floor(paragraphs.length / count));
  return paragraphs.filter((_, index) => index % step === 0).slice(0, count);
}
