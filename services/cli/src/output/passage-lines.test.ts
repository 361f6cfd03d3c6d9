import type { AnswerResult } from '@winnow/engine';
import { expect, test } from 'vitest';
import { citationLines, nearestLines } from './passage-lines.ts';

const place = {
  documentId: 'guides/backup.md',
  title: 'Backup and restore',
  headings: ['Backup and restore', 'Backup'],
};
const citation = {
  ...place,
  chunkId: 'c',
  n: 1,
  quote: 'One file.',
  checked: true,
} as unknown as AnswerResult['citations'][number];

test('a source has one line, with its heading and all that is quoted of it', () => {
  expect(
    citationLines([citation, { ...citation, quote: 'And back.' }, { ...citation, n: 2, headings: [] }]),
  ).toEqual([
    '[1] guides/backup.md > Backup: “One file. … And back.”',
    '[2] guides/backup.md > Backup and restore: “One file.”',
  ]);
});

test('what could not be checked is said', () => {
  expect(citationLines([{ ...citation, checked: false }])[0]).toContain('(in another language, not checked)');
});

test('a passage that was near has a line with its heading', () => {
  const passage = { ...place, chunkId: 'c', text: 'One file.' } as unknown as AnswerResult['nearest'][number];
  expect(nearestLines([passage])).toEqual(['- guides/backup.md > Backup: “One file.”']);
});

test('code that is quoted stands on the line without its fences', () => {
  const quote = 'Restore it:\n\n```sh\nwinnow restore notes.archive\n```';
  expect(citationLines([{ ...citation, quote }])).toEqual([
    '[1] guides/backup.md > Backup: “Restore it: winnow restore notes.archive”',
  ]);
});
