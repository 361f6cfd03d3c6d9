import { expect, test } from 'vitest';
import { runAsWritten, transcriptOf } from '../harness/guide.ts';

test('the commands of the guide do what it says: a good generation passes, a damaged one does not', async () => {
  const said = await transcriptOf('verification.md');
  expect(said.length).toBeGreaterThan(10);
  expect(await runAsWritten(said)).toEqual(said);
});
