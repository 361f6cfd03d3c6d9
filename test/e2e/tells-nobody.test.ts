import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { noServers } from '../harness/api.ts';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { winnowJson } from '../harness/processes.ts';

test('what runs the models here makes no id of the machine, and tells nobody what it runs', async () => {
  const home = await temporaryFolder();
  await writeFiles(`${home}/handbook`, handbook);
  // Nothing of the tests' own environment comes along, such as CI, in which it would be silent anyway.
  const environment = { ...noServers, HOME: home, WINNOW_DATA_DIR: `${home}/data` };
  await winnowJson(['corpus', 'create', 'handbook', '--source', `${home}/handbook`], environment);
  await winnowJson(['ingest', 'handbook'], environment);
  const found = await winnowJson<{ hits: readonly object[] }>(['search', 'handbook', 'restore'], environment);
  expect(found.hits.length).toBeGreaterThan(0);
  expect(existsSync(`${home}/.cache/Microsoft`)).toBe(false);
});
