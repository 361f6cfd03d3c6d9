import { docxOf, pdfOf, pptxOf, wordParagraph, wordTable, xlsxOf } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { corpusOf } from '../harness/corpora.ts';
import { winnow, winnowJson } from '../harness/processes.ts';
import type { Inbox } from '../harness/reports.ts';

interface Found {
  readonly hits: readonly { readonly documentId: string; readonly page?: number; readonly text: string }[];
}

const manual = pdfOf([
  [{ text: 'Pump manual', height: 22 }, 'Prime the pump before it starts.'],
  ['The relief valve opens at nine bar.'],
  ['Store the impeller in a dry cupboard.'],
]);
const files = {
  'manual.pdf': manual,
  'people.docx': docxOf(
    wordParagraph('Staff', 'Heading1') +
      wordTable([
        ['Name', 'Extension'],
        ['Ada Lovelace', '4711'],
      ]),
  ),
  'kickoff.pptx': pptxOf([
    ['Welcome', 'Agenda of the morning'],
    ['Budget', 'Travel is paid from the reserve'],
  ]),
  'prices.xlsx': xlsxOf({
    Bolts: [
      ['Item', 'Price'],
      ['Carriage bolt', '17'],
    ],
    Nuts: [
      ['Item', 'Price'],
      ['Wing nut', '23'],
    ],
  }),
  'scan.pdf': pdfOf([[]]),
  'cut.pdf': manual.subarray(0, 300),
  'named.pdf': 'only words',
  'nothing.txt': '',
  'order.eml': [
    'From: Ada <ada@example.com>',
    'Subject: Order of May',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    '',
    'Please see the list.',
    '--b',
    'Content-Type: text/markdown; name="list.md"',
    'Content-Disposition: attachment; filename="list.md"',
    '',
    'Forty gaskets of cork.',
    '--b',
    'Content-Disposition: attachment; filename="empty.txt"',
    '',
    '--b--',
    '',
  ].join('\r\n'),
};

/** A process for each command, on a machine that is busy with tests. */
const timeoutMs = 300_000;

describe('documents of many formats', () => {
  test('are found where they say it, and the others are in the inbox with their causes', {
    timeout: timeoutMs,
  }, async () => {
    const { environment } = await corpusOf(files);
    await winnow(['ingest', 'pages', '--json'], environment);

    const first = async (query: string) => {
      const { hits } = await winnowJson<Found>(['search', 'pages', query, '-k', '1'], environment);
      return hits[0];
    };
    expect(await first('relief valve opens')).toMatchObject({ documentId: 'manual.pdf', page: 2 });
    expect(await first('travel reserve')).toMatchObject({ documentId: 'kickoff.pptx', slide: 2 });
    expect(await first('wing nut')).toMatchObject({
      documentId: 'prices.xlsx',
      sheet: 'Nuts',
      text: 'Nuts\n\nItem: Wing nut; Price: 23',
    });
    expect(await first('gaskets of cork')).toMatchObject({
      documentId: 'order.eml/attachments/list.md',
      metadata: { mail: 'order.eml', mailSubject: 'Order of May' },
    });
    const { items } = await winnowJson<Inbox>(['inbox', 'pages'], environment);
    expect(Object.fromEntries(items.map(({ documentId, cause }) => [documentId, cause]))).toEqual({
      'scan.pdf': 'no_text',
      'cut.pdf': 'truncated',
      'named.pdf': 'wrong_type',
      'nothing.txt': 'empty',
      'order.eml/attachments/empty.txt': 'empty',
    });

    const shown = await winnowJson<{ readonly chunks: readonly object[] }>(
      ['document', 'show', 'pages', 'manual.pdf'],
      environment,
    );
    expect(shown.chunks).toMatchObject([{ page: 1 }, { page: 2 }, { page: 3 }]);
  });
});
