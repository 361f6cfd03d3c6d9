import { expect, test } from 'vitest';
import { runAsWritten, transcriptOf } from '../harness/guide.ts';

test('the commands of the guide do what it says: damage of every kind is found, mended and gone', async () => {
  const said = await transcriptOf('operations.md');
  expect(said.length).toBeGreaterThan(10);
  expect(await runAsWritten(said)).toEqual(said);
});
