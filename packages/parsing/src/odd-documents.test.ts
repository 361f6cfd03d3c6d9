import { docxOf, wordParagraph } from '@winnow/testkit';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parse } from './parse.ts';
import { encodeAs } from './testing/encode-as.ts';
import {
  docxWithNotes,
  ebookOf,
  openDocument,
  packed,
  pdfPage,
  pptxWithNotes,
  workbookOf,
} from './testing/odd-files.ts';
import { rawOf } from './testing/raw-of.ts';

async function textOf(name: string, bytes: Uint8Array | string): Promise<string> {
  const parsed = await parse(rawOf(name, bytes));
  if (!parsed.ok) throw new Error(`${parsed.reason.code}: ${parsed.reason.message}`);
  return parsed.document.text;
}

const run = (text: string) => `<w:r><w:t xml:space="preserve">${text}</w:t></w:r>`;
const gbk = (text: string) => Buffer.from(encodeAs(text, 'gb18030'));
/** Of a cell: what it says, and the number of its format. */
const cell = (place: string, value: string | number, style = 0) =>
  typeof value === 'number'
    ? `<c r="${place}" s="${style}"><v>${value}</v></c>`
    : `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;
const row = (number: number, ...cells: readonly string[]) => `<row r="${number}">${cells.join('')}</row>`;

describe('a Word document', () => {
  it('whose changes were tracked says what it says with all of them', async () => {
    const changed = `<w:p>${run('The limit is ')}<w:del w:id="1" w:author="A"><w:r><w:delText>ten</w:delText></w:r></w:del><w:ins w:id="2" w:author="A">${run('twelve')}</w:ins>${run(' tonnes.')}</w:p>`;
    const moved = `<w:p><w:moveFrom w:id="3" w:author="A">${run('away')}</w:moveFrom></w:p><w:p><w:moveTo w:id="3" w:author="A">${run('Moved here.')}</w:moveTo></w:p>`;
    expect(await textOf('a.docx', docxOf(changed + moved))).toBe(
      'The limit is twelve tonnes.\n\nMoved here.',
    );
  });

  it('has its title above its headings', async () => {
    const body = wordParagraph('Supply contract', 'Title') + wordParagraph('Prices', 'Heading1');
    const parsed = await parse(rawOf('a.docx', docxOf(body + wordParagraph('A pump costs 900.'))));
    expect(parsed).toMatchObject({
      ok: true,
      document: { title: 'Supply contract', blocks: [{ kind: 'heading' }, { headings: ['Prices'] }, {}] },
    });
  });

  it('has its footnotes and endnotes, without the arrows that lead back', async () => {
    const body = `<w:p>${run('Body')}<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r></w:p>`;
    const docx = docxWithNotes(body, { footnote: 'The footnote.', endnote: 'The endnote.' });
    expect(await textOf('a.docx', docx)).toBe('Body[1][2]\n\n1. The footnote.\n2. The endnote.');
  });

  it('has what is in its text boxes once, and what is in its content controls', async () => {
    const box = `<w:txbxContent>${wordParagraph('In a box.')}</w:txbxContent>`;
    const both = `<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps"><w:drawing><wps:txbx xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">${box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml">${box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`;
    const control = `<w:sdt><w:sdtContent>${wordParagraph('In a control.')}</w:sdtContent></w:sdt>`;
    expect(await textOf('a.docx', docxOf(both + control))).toBe('In a box.\n\nIn a control.');
  });
});

describe('a presentation', () => {
  it('has what its speaker is to say, below the slide', async () => {
    const parsed = await parse(rawOf('a.pptx', pptxWithNotes('Numbers', 'Sales have doubled since May.')));
    expect(parsed).toMatchObject({
      ok: true,
      document: {
        text: 'Numbers\n\nSales have doubled since May.',
        blocks: [{ slide: 1 }, { slide: 1, headings: ['Numbers'] }],
      },
    });
  });
});

describe('a workbook', () => {
  const head = row(1, cell('A1', 'Item'), cell('B1', 'Sold'), cell('C1', 'Count'));

  it('shows days and times as they are, not as the numbers that they are kept as', async () => {
    const formats = [
      0,
      14,
      'yyyy\\-mm\\-dd hh:mm',
      '[h]:mm',
      '0.00&quot;d&quot;',
      '[Magenta]#,##0',
      '[$-804]yyyy年m月',
    ];
    const rows = [
      row(2, cell('A2', 'day'), cell('B2', 46_085, 1), cell('C2', 46_085)),
      row(3, cell('A3', 'moment'), cell('B3', 46_085.5, 2), cell('C3', 7, 4)),
      row(4, cell('A4', 'time'), cell('B4', 0.75, 3), cell('C4', 46_085, 5)),
      row(5, cell('A5', 'Chinese'), cell('B5', 46_085, 6), `<c r="C5"><f>1+2</f><v>3</v></c>`),
      row(6, cell('A6', 'first'), cell('B6', 1, 1), cell('C6', 1)),
    ];
    expect(await textOf('a.xlsx', workbookOf(head + rows.join(''), { formats }))).toBe(
      [
        'Sales\n',
        'Item: day; Sold: 2026-03-04; Count: 46085',
        'Item: moment; Sold: 2026-03-04 12:00; Count: 7',
        'Item: time; Sold: 18:00; Count: 46085',
        'Item: Chinese; Sold: 2026-03-04; Count: 3',
        'Item: first; Sold: 1900-01-01; Count: 1',
      ].join('\n'),
    );
    const mac = workbookOf(head + row(2, cell('A2', 'day'), cell('B2', 44_623, 1)), {
      formats: [0, 14],
      is1904: true,
    });
    expect(await textOf('a.xlsx', mac)).toContain('Sold: 2026-03-04');
  });

  it('shows percentages as such, in full, and no other number', async () => {
    const formats = [0, 9, 10, '0.0%', '#,##0\\ %;[Red]-#,##0\\ %', '0&quot;%&quot;', '0.00', '0.0E+00'];
    const rows = [
      row(2, cell('A2', 'built in'), cell('B2', 0.125, 1), cell('C2', 0.07, 2)),
      row(3, cell('A3', 'own'), cell('B3', -0.0525, 3), cell('C3', 12, 4)),
      row(4, cell('A4', 'none'), cell('B4', 0.5, 5), cell('C4', 0.5, 6)),
      row(5, cell('A5', 'others'), cell('B5', 0.5, 7), cell('C5', 0.5)),
      row(
        6,
        cell('A6', 'formula'),
        `<c r="B6" s="1"><f>1/3</f><v>0.333333333333333</v></c>`,
        cell('C6', 'x', 1),
      ),
    ];
    expect(await textOf('a.xlsx', workbookOf(head + rows.join(''), { formats }))).toBe(
      [
        'Sales\n',
        'Item: built in; Sold: 12.5%; Count: 7%',
        'Item: own; Sold: -5.25%; Count: 1200%',
        'Item: none; Sold: 0.5; Count: 0.5',
        'Item: others; Sold: 0.5; Count: 0.5',
        'Item: formula; Sold: 33.3333333333%; Count: x',
      ].join('\n'),
    );
  });

  it('repeats what merged cells have in common in each of their rows, and no empty ones', async () => {
    const rows = [
      row(1, cell('A1', 'Region'), cell('B1', 'City')),
      row(2, cell('A2', 'North'), cell('B2', 'Kiel')),
      row(3, cell('B3', 'Husum')),
      row(4, cell('B4', 'Bonn')),
    ];
    const book = workbookOf(rows.join(''), { merged: ['A2:A3', 'A1:A1048576'] });
    expect(await textOf('a.xlsx', book)).toBe(
      'Sales\n\nRegion: North; City: Kiel\nRegion: North; City: Husum\nCity: Bonn',
    );
  });
});

describe('a table', () => {
  it('names its columns by two rows, where cells of the first one reach over several', async () => {
    const rows = [
      row(1, cell('A1', 'Region'), cell('B1', 2025), cell('D1', 2026)),
      row(2, cell('B2', 'Q1'), cell('C2', 'Q2'), cell('D2', 'Q1'), cell('E2', 'Q2')),
      row(3, cell('A3', 'North'), cell('B3', 10), cell('C3', 12), cell('D3', 14), cell('E3', 16)),
      row(4, cell('A4', 'South'), cell('C4', 8)),
    ];
    const book = workbookOf(rows.join(''), { merged: ['A1:A2', 'B1:C1', 'D1:E1'] });
    const named = [
      'Region: North; 2025 Q1: 10; 2025 Q2: 12; 2026 Q1: 14; 2026 Q2: 16',
      'Region: South; 2025 Q2: 8',
    ];
    expect(await textOf('a.xlsx', book)).toBe(['Sales\n', ...named].join('\n'));
    const page =
      '<table><tr><th rowspan="2">Region</th><th colspan="2">2025</th><th colspan="2">2026</th></tr><tr><th>Q1</th><th>Q2</th><th>Q1</th><th>Q2</th></tr>' +
      '<tr><td>North</td><td>10</td><td>12</td><td>14</td><td>16</td></tr><tr><td>South</td><td></td><td>8</td><td></td><td></td></tr></table>';
    expect(await textOf('a.html', page)).toBe(named.join('\n'));
  });

  it('repeats what a cell says that reaches over several rows, and keeps the columns apart', async () => {
    const rows = (head: string) =>
      `<table>${head}<tr><td rowspan="2">Nut</td><td>net</td><td>3</td></tr><tr><td>gross</td><td>4</td></tr><tr><td>Bolt</td><td>net</td><td>5</td></tr></table>`;
    expect(await textOf('a.html', rows('<tr><th>Item</th><th>Kind</th><th>Price</th></tr>'))).toBe(
      'Item: Nut; Kind: net; Price: 3\nItem: Nut; Kind: gross; Price: 4\nItem: Bolt; Kind: net; Price: 5',
    );
    // The second row has values, and no names.
    expect(await textOf('a.html', rows('<tr><td>Item</td><td colspan="2">Price</td></tr>'))).toBe(
      'Item | Price | \nNut | net | 3\nNut | gross | 4\nBolt | net | 5',
    );
    const endless =
      '<table><tr><td rowspan="9999999" colspan="9999999">a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>';
    expect(await textOf('a.html', endless)).toBe('a: c; b: d');
  });
});

describe('a mail', () => {
  it('in quoted-printable GBK, with a mail within it, is both', async () => {
    const quoted = (text: string) =>
      [...gbk(text)].map((byte) => `=${byte.toString(16).toUpperCase()}`).join('');
    const mail = [
      `From: =?GBK?B?${gbk('王小明').toString('base64')}?= <w@example.cn>`,
      `Subject: =?GB2312?Q?${quoted('会议通知')}?=`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=GBK',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      quoted('会议改到星期三下午。'),
      '--b',
      'Content-Type: message/rfc822',
      '',
      'From: inner@example.com',
      'Subject: Inner',
      '',
      'The inner message says hello.',
      '--b--',
    ].join('\r\n');
    const text = await textOf('a.eml', mail);
    for (const part of [
      '会议通知',
      '王小明',
      '会议改到星期三下午。',
      'Inner',
      'The inner message says hello.',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('that says nowhere what its letters are is read as what they look like', async () => {
    const body = '会议改到星期三下午，请各位准时参加，不要迟到。';
    const mail = Buffer.concat([
      Buffer.from('From: a@b.c\r\nSubject: '),
      gbk('会议通知'),
      Buffer.from('\r\n\r\n'),
      gbk(body),
    ]);
    expect(await textOf('a.eml', mail)).toBe(`会议通知\n\nFrom: a@b.c\n\n${body}`);
  });
});

describe('a page or text', () => {
  const page = (meta: string) =>
    `<html><head>${meta}<title>港の案内</title></head><body><h1>港の案内</h1><p>フェリーは毎朝九時に出発します。桟橋にお集まりください。</p></body></html>`;

  it.each([
    ['declared', '<meta charset="Shift_JIS">'],
    ['undeclared', ''],
    ['declared wrongly', '<meta charset="utf-8">'],
  ])('in Shift-JIS that is %s is read', async (_, meta) => {
    expect(await textOf('a.html', encodeAs(page(meta), 'shift_jis'))).toContain(
      'フェリーは毎朝九時に出発します。',
    );
  });

  it.each([
    ['フェリーは九時', 'shift_jis'],
    ['カタカナ', 'shift_jis'],
    ['ひらがな', 'shift_jis'],
    ['渡轮九点出发', 'gb18030'],
    ['码头', 'gb18030'],
  ])('of a few characters is told by which of them are common: %s', async (text, encoding) => {
    expect(await textOf('a.txt', encodeAs(text, encoding))).toBe(text);
  });

  it('of a table in UTF-16 or behind a mark is read', async () => {
    const table = 'id;name\n1;"Müller; Söhne"';
    const wide = Buffer.from(`\ufeff${table}`, 'utf16le');
    for (const bytes of [Buffer.from(`\ufeff${table}`), wide, Buffer.from(wide).swap16()]) {
      expect(await textOf('a.csv', bytes)).toBe(table);
    }
  });
});

describe('an e-book', () => {
  it('is read in the order that it says, over chapters that are not there', async () => {
    const spine = '<itemref idref="b"/><itemref idref="gone"/><itemref idref="a" linear="no"/>';
    expect(await textOf('a.epub', ebookOf(spine))).toBe('Text of b.\n\nText of a.');
  });
});

describe('RTF', () => {
  it('has characters by number, and signs by name', async () => {
    const rtf =
      "{\\rtf1\\ansi\\ansicpg1252 no\\~break co\\_op \\emdash  dash\\endash x \\bullet  \\u-28818?\\u36718\\'3f \\\\~ caf\\'e9\\par}";
    expect(await textOf('a.rtf', Buffer.from(rtf, 'latin1'))).toBe('no break co-op — dash–x • 轮轮 \\~ café');
  });

  it('has the characters of the code page of its font', async () => {
    const hex = (bytes: Uint8Array) => [...bytes].map((byte) => `\\'${byte.toString(16)}`).join('');
    const rtf = (charset: number, bytes: Uint8Array) =>
      `{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset${charset} F;}}\\f0 ${hex(bytes)}\\par}`;
    expect(await textOf('a.rtf', rtf(134, gbk('渡轮九点出发')))).toBe('渡轮九点出发');
    expect(await textOf('a.rtf', rtf(204, encodeAs('Привет', 'windows-1251')))).toBe('Привет');
  });
});

describe('an OpenDocument', () => {
  const list =
    '<text:list><text:list-item><text:p>One</text:p><text:list><text:list-item><text:p>Inner</text:p></text:list-item></text:list></text:list-item></text:list>';
  const note =
    '<text:p>Noted<text:note text:note-class="footnote"><text:note-body><text:p>The note.</text:p></text:note-body></text:note> here.</text:p>';
  const deleted =
    '<text:tracked-changes><text:changed-region><text:deletion><text:p>DELETED</text:p></text:deletion></text:changed-region></text:tracked-changes>';

  it('has its lists and notes, and not what was deleted', async () => {
    const files = openDocument('text', deleted + list + note);
    const text = await textOf('a.odt', packed(files));
    expect(text.replaceAll(/\n+- |\n+/g, ' ')).toBe('One Inner Noted here. The note.');
    // Packed again by a program that knows nothing of OpenDocument.
    const again = zipSync(
      Object.fromEntries(Object.entries(files).map(([name, each]) => [name, Buffer.from(each)])),
    );
    expect(await textOf('a.odt', again)).toBe(text);
  });

  it('of a sheet that repeats its last row to the end has none of these', async () => {
    const cells =
      '<table:table-row><table:table-cell><text:p>Ada</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>';
    const rest =
      '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>';
    const sheet = `<table:table table:name="People">${cells}${rest}</table:table>`;
    expect(await textOf('a.ods', packed(openDocument('spreadsheet', sheet)))).toBe('People\n\nAda');
  });
});

describe('a PDF', () => {
  const at = (x: number, y: number, text: string) => `BT /F1 11 Tf ${x} ${y} Td (${text}) Tj ET`;

  it('that is turned, as a page or within it, reads as it is seen', async () => {
    const lines = [at(72, 700, 'The first line.'), at(72, 686, 'The second line.')].join('\n');
    expect(await textOf('a.pdf', pdfPage(lines, { page: '/Rotate 90' }))).toBe(
      'The first line. The second line.',
    );
    const upwards =
      'BT /F1 11 Tf 0 1 -1 0 100 72 Tm (Upwards one.) Tj ET\nBT /F1 11 Tf 0 1 -1 0 114 72 Tm (Upwards two.) Tj ET';
    expect(await textOf('a.pdf', pdfPage(upwards))).toBe('Upwards one. Upwards two.');
  });

  it('has what is filled into its form behind the text of the page', async () => {
    const widget = (fields: string) =>
      `<< /Type /Annot /Subtype /Widget ${fields} /Rect [0 0 9 9] /P 4 0 R /F 4 >>`;
    const form = pdfPage(at(72, 700, 'Name of the applicant:'), {
      page: '/Annots [6 0 R 7 0 R 8 0 R 9 0 R 10 0 R]',
      root: '/AcroForm << /Fields [6 0 R 7 0 R 8 0 R 9 0 R 10 0 R] >>',
      objects: [
        widget('/FT /Tx /T (name) /TU (Applicant) /V (Grace Hopper)'),
        widget('/FT /Ch /T (city) /V (Kiel) /Opt [(Kiel) (Husum)]'),
        widget('/FT /Tx /T (secret) /Ff 8192 /V (sesame)'),
        widget('/FT /Tx /T (empty)'),
        widget('/FT /Btn /T (agree) /V /Off /AS /Off'),
      ],
    });
    expect(await textOf('a.pdf', form)).toBe('Name of the applicant:\n\nApplicant: Grace Hopper\ncity: Kiel');
  });

  it('of vertical lines has its signs as they are written elsewhere', async () => {
    const hex = Buffer.from('请集合。', 'utf16le').swap16().toString('hex');
    const font =
      '<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /UniGB-UCS2-V /DescendantFonts [6 0 R] >>';
    const objects = [
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>',
      '<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    ];
    expect(await textOf('a.pdf', pdfPage(`BT /F1 12 Tf 500 700 Td <${hex}> Tj ET`, { font, objects }))).toBe(
      '请集合。',
    );
  });

  it('of two columns keeps them apart where it was written column by column', async () => {
    const column = (x: number, name: string) =>
      Array.from({ length: 6 }, (_, line) => at(x, 700 - line * 14, `${name} ${line + 1} runs on`));
    const text = await textOf('a.pdf', pdfPage([...column(72, 'Left'), ...column(330, 'Right')].join('\n')));
    expect(text.indexOf('Left 6')).toBeLessThan(text.indexOf('Right 1'));
  });

  it.each([
    ['GBK-EUC-H', gbk('渡轮九点出发').toString('hex')],
    ['UniGB-UCS2-H', Buffer.from('渡轮九点出发', 'utf16le').swap16().toString('hex')],
  ])(
    'of Chinese by number of character (%s), with no list of what they mean, is read',
    async (encoding, hex) => {
      const font = `<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding /${encoding} /DescendantFonts [6 0 R] >>`;
      const objects = [
        '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /SimSun /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>',
        '<< /Type /FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
      ];
      expect(await textOf('a.pdf', pdfPage(`BT /F1 12 Tf 72 700 Td <${hex}> Tj ET`, { font, objects }))).toBe(
        '渡轮九点出发',
      );
    },
  );
});
