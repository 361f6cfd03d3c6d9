import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { allCommands } from '../commands/all-commands.ts';
import { nextLines, openingLines } from './demo-text.ts';

const place = {
  winnow: 'winnow',
  dataDir: null,
  address: null,
  hasKey: false,
  guide: '/docs/guides/quickstart.md',
};

describe('the opening', () => {
  test('says what will be done, in order, and how long it takes', () => {
    const corpora = [{ corpus: { name: 'one', sources: [] }, what: 'some pages', questions: ['a', 'b'] }];
    const lines = openingLines(corpora, { servers: 'no server', servesAfter: true });
    expect(lines.map((line) => line.trim())).toEqual([
      'Winnow demo on no server. It',
      expect.stringContaining('1. fetches two small models'),
      '2. indexes some pages as one',
      '3. asks 2 questions, and shows how each stage orders what it finds',
      '4. serves the HTTP API until Ctrl-C',
      expect.stringContaining('minutes'),
    ]);
  });
});

describe('the next steps', () => {
  test('are commands that there are, curl among them, and end with the guides', async () => {
    const lines = nextLines(place);
    const names = lines.flatMap((line) => /^ {4}winnow (\w+)/.exec(line)?.[1] ?? []);
    const program = new Command();
    for (const { load } of allCommands) (await load())(program, {});
    expect(names).toEqual(['search', 'ask', 'serve', 'corpus', 'ingest']);
    expect(program.commands.map((command) => command.name())).toEqual(expect.arrayContaining(names));
    expect(lines.filter((line) => line.startsWith('    curl '))).toHaveLength(1);
    expect(lines.at(-1)).toContain('/docs/guides/quickstart.md');
  });

  test('ask the API where it is, with the key that it wants', () => {
    const lines = nextLines({ ...place, address: 'http://127.0.0.1:9', hasKey: true });
    expect(lines.join('\n')).toContain(
      'curl -s http://127.0.0.1:9/v1/search -H "authorization: Bearer $WINNOW_API_KEY"',
    );
    expect(lines.join('\n')).not.toContain('winnow serve');
  });

  test('name the data folder where it was named', () => {
    const lines = nextLines({ ...place, dataDir: "/tmp/it's here" });
    expect(lines.filter((line) => line.startsWith('    winnow '))).toEqual(
      Array.from({ length: 5 }, () => expect.stringMatching(/ --data-dir '\/tmp\/it'\\''s here'$/)),
    );
  });
});
