import type { CorpusSource, DocumentId, RawDocument, Source, SourceId } from '@winnow/core';
import { createMapSource } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { sampleLanguage } from './sample-language.ts';

const folder: CorpusSource = {
  sourceId: 'main' as SourceId,
  prefix: '',
  settings: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] },
};
const never = new AbortController().signal;
const textOf = async ({ content }: RawDocument) => new TextDecoder().decode(content);

function documents(count: number, text: (at: number) => string): Map<string, string | null> {
  return new Map(Array.from({ length: count }, (_, at) => [`${at}.md`, text(at)]));
}

/** A source that remembers what was read of it. */
function watched(source: Source, refuse: (id: DocumentId) => boolean = () => false) {
  const read: DocumentId[] = [];
  const openSource = (): Source => ({
    ...source,
    async read(documentId, location, signal) {
      read.push(documentId);
      if (refuse(documentId)) throw new Error('no rights');
      return await source.read(documentId, location, signal);
    },
  });
  return { openSource, read };
}

describe('sampleLanguage', () => {
  it('is the language of most of the first documents', async () => {
    const english = 'The pump is checked every week.';
    const mixed = documents(20, (at) => (at % 3 === 0 ? english : '水泵每个星期检查一次。'));
    const { openSource } = watched(createMapSource(mixed));
    expect(await sampleLanguage({ openSource, sampleText: textOf }, [folder], never)).toBe('zh');
  });

  it('looks at few documents, though the folder is large and no text is in it', async () => {
    const { openSource, read } = watched(createMapSource(documents(500, String)));
    expect(await sampleLanguage({ openSource, sampleText: async () => null }, [folder], never)).toBe('en');
    expect(read.length).toBeLessThanOrEqual(60);
  });

  it('does not read what is large, and passes over what cannot be read', async () => {
    const source = createMapSource(
      new Map([
        ['large.md', 'x'.repeat(1024 * 1024 + 1)],
        ['closed.md', 'text'],
        ['open.md', '水泵每个星期检查一次。'],
      ]),
    );
    const { openSource, read } = watched(source, (id) => id === 'closed.md');
    expect(await sampleLanguage({ openSource, sampleText: textOf }, [folder], never)).toBe('zh');
    expect([...read].sort()).toEqual(['closed.md', 'open.md']);
  });
});
