import { tikaServer, worksheet2 } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { corpusOf } from '../harness/corpora.ts';
import { winnow, winnowJson } from '../harness/processes.ts';
import type { Inbox, Ingested } from '../harness/reports.ts';

const server = await tikaServer();
const missing = 'missing' in server ? server.missing : false;
const tika = { TIKA_URL: 'url' in server ? server.url : '' };

interface Found {
  readonly hits: readonly { readonly documentId: string }[];
}

describe.skipIf(missing)('documents that only Tika reads', () => {
  test('get in once its address is known, and are found', async () => {
    const guests = worksheet2([
      ['name', 'city'],
      ['Ada Lovelace', 'London'],
    ]);
    const { environment } = await corpusOf({
      'guests.xls': guests,
      'a.md': '# Herons\n\nGrey and patient.\n',
    });
    await winnowJson(['ingest', 'pages'], environment);
    const inbox = await winnowJson<Inbox>(['inbox', 'pages'], environment);
    expect(inbox.items).toMatchObject([
      { documentId: 'guests.xls', message: expect.stringContaining('TIKA_URL') },
    ]);

    const withTika = { ...environment, ...tika };
    const retried = await winnowJson<Ingested>(['inbox', 'retry', 'pages', '--all'], withTika);
    expect(retried).toMatchObject({ documents: { new: 1, failed: 0, stillFailed: 0 } });
    const { hits } = await winnowJson<Found>(['search', 'pages', 'Lovelace', '--mode', 'bm25'], environment);
    expect(hits).toMatchObject([{ documentId: 'guests.xls' }]);
  });

  test('WINNOW_TIKA_FOR without an address is refused', async () => {
    const { environment } = await corpusOf({ 'a.md': '# Herons\n' });
    const ended = await winnow(['ingest', 'pages'], { ...environment, WINNOW_TIKA_FOR: 'pdf' });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('TIKA_URL');
  });
});
