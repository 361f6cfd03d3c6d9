import { expect, test } from 'vitest';
import { runAsWritten, transcriptOf } from '../harness/guide.ts';

test('the commands of the guide do what it says: a corpus is archived, lost and brought back', async () => {
  const said = await transcriptOf('backup.md');
  expect(said.length).toBeGreaterThan(10);
  expect(await runAsWritten(said)).toEqual(said);
}, 300_000);
