import { docxOf, pdfOf, pptxOf, wordParagraph, wordTable, xlsxOf } from '@winnow/testkit';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openMail } from './mail/open-mail.ts';
import { parse } from './parse.ts';
import { msgOf } from './testing/msg-of.ts';
import { rawOf } from './testing/raw-of.ts';
import { tnefOf } from './testing/tnef-of.ts';

describe('parse of formats that are no text', () => {
  it('gives each block of a PDF its page, and takes large letters for headings', async () => {
    const pdf = pdfOf([[{ text: 'Pump manual', height: 22 }, 'Prime the pump.'], [], ['Close the valve.']]);
    expect(await blocksOf('a.pdf', pdf)).toEqual([
      'heading [Pump manual] page 1: Pump manual',
      'paragraph [Pump manual] page 1: Prime the pump.',
      'paragraph [Pump manual] page 3: Close the valve.',
    ]);
  });

  it('tells a PDF without text from one that is cut off, and one that is damaged', async () => {
    expect(await causeOf('a.pdf', pdfOf([[], []]))).toBe('no_text');
    const pdf = pdfOf([['Some text.']]);
    expect(await causeOf('a.pdf', pdf.subarray(0, 180))).toBe('truncated');
    expect(await causeOf('a.pdf', Buffer.from('%PDF-1.7\n\u0001\u0002\u0003 nothing of a PDF'))).toBe(
      'malformed',
    );
  });

  it('names the columns of a table in each row, in Word and in workbooks', async () => {
    const rows = [
      ['Name', 'Born'],
      ['Ada', '1815'],
      ['Grace', '1906'],
    ];
    const word = docxOf(
      wordParagraph('People', 'Heading1') + wordParagraph('Some of them.') + wordTable(rows),
    );
    expect(await blocksOf('a.docx', word)).toEqual([
      'heading [People]: People',
      'paragraph [People]: Some of them.',
      'table [People]: Name: Ada; Born: 1815\nName: Grace; Born: 1906',
    ]);
    const book = xlsxOf({ People: [['All that are known'], ...rows], Bolts: [['M4'], ['M6']] });
    expect(await blocksOf('a.xlsx', book)).toEqual([
      'heading [People] sheet People: People',
      'paragraph [People] sheet People: All that are known',
      'table [People] sheet People: Name: Ada; Born: 1815\nName: Grace; Born: 1906',
      'heading [Bolts] sheet Bolts: Bolts',
      'paragraph [Bolts] sheet Bolts: M4',
      'paragraph [Bolts] sheet Bolts: M6',
    ]);
  });

  it('gives each block of a presentation its slide', async () => {
    const slides = pptxOf([
      ['Welcome', 'The plan'],
      ['Numbers', 'Sales have doubled'],
    ]);
    expect(await blocksOf('a.pptx', slides)).toEqual([
      'heading [Welcome] slide 1: Welcome',
      'paragraph [Welcome] slide 1: The plan',
      'heading [Numbers] slide 2: Numbers',
      'paragraph [Numbers] slide 2: Sales have doubled',
    ]);
  });

  it('reads RTF, OpenDocument text and e-books', async () => {
    expect(await textOf('a.rtf', Buffer.from('{\\rtf1\\ansi Rich {\\b text} of old.\\par}'))).toBe(
      'Rich text of old.',
    );
    expect(
      await textOf(
        'a.odt',
        openDocument('<text:h text:outline-level="1">Head</text:h><text:p>Open text.</text:p>'),
      ),
    ).toBe('Head\n\nOpen text.');
    expect(await textOf('a.epub', ebook('<h1>One</h1><p>It was a night.</p>'))).toContain('It was a night.');
  });

  it('reads mail: who wrote to whom, the text, and what is attached with its pages', async () => {
    const mail = [
      'From: Ada <ada@example.com>',
      'To: grace@example.com',
      'Subject: =?utf-8?B?5Lya6K6u?= on Monday',
      'Date: Mon, 02 Mar 2026 10:00:00 +0000',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'The room is booked.',
      '--b',
      'Content-Type: application/pdf; name="plan.pdf"',
      'Content-Disposition: attachment; filename="plan.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(pdfOf([['First page.'], ['Second page.']])).toString('base64'),
      '--b',
      'Content-Type: image/png; name="logo.png"',
      'Content-Disposition: attachment; filename="logo.png"',
      'Content-Transfer-Encoding: base64',
      '',
      'iVBORw0KGgo=',
      '--b--',
    ].join('\r\n');
    const parsed = await parse(rawOf('a.eml', mail));
    if (!parsed.ok) throw new Error(parsed.reason.message);
    const { title, text, metadata } = parsed.document;
    expect(title).toBe('会议 on Monday');
    expect(text).toContain('From: Ada <ada@example.com>');
    expect((await blocksOf('a.eml', Buffer.from(mail))).slice(2)).toEqual([
      'paragraph [会议 on Monday]: The room is booked.',
      'heading [会议 on Monday > plan.pdf]: plan.pdf',
      'paragraph [会议 on Monday > plan.pdf] page 1: First page.',
      'paragraph [会议 on Monday > plan.pdf] page 2: Second page.',
      'heading [会议 on Monday > logo.png]: logo.png',
    ]);
    expect(metadata).toMatchObject({ author: 'Ada <ada@example.com>', recipients: ['grace@example.com'] });
  });

  it("reads Outlook's messages", async () => {
    const message = msgOf({
      subject: 'Room for Monday',
      body: 'It is booked.',
      senderName: 'Ada',
      senderEmail: 'a@b.c',
    });
    expect(await textOf('a.msg', message)).toBe('Room for Monday\n\nFrom: Ada <a@b.c>\n\nIt is booked.');
  });

  it('reads a message that Outlook has put into a message, as a part of its text and as a document of its own', async () => {
    const message = msgOf(
      { subject: 'Fwd: Offer', body: 'See what he wrote.', senderName: 'Ada' },
      {
        name: 'Offer of pumps',
        texts: { subject: 'Offer of pumps', body: 'They cost 900.', senderName: 'Carl' },
      },
    );
    const text = await textOf('a.msg', message);
    expect(text).toContain('See what he wrote.');
    expect(text).toContain('Offer of pumps.msg');
    expect(text).toContain('They cost 900.');
    const opened = await openMail(rawOf('a.msg', message), 'Offer of pumps.msg');
    if (!opened.ok || opened.mail.content === null) throw new Error('it is not opened');
    expect(opened.mail.files).toMatchObject([{ path: 'Offer of pumps.msg', subject: 'Fwd: Offer' }]);
    expect(await textOf('inner.msg', opened.mail.content)).toBe(
      'Offer of pumps\n\nFrom: Carl\n\nThey cost 900.',
    );
  });

  it('reads what Outlook has packed into a winmail.dat, and takes it for nothing else where it is cut off', async () => {
    const packed = tnefOf('Forty bolts, naïve.', [
      { name: 'Liste der Schrauben – alt.txt', content: 'Nine nuts.' },
      { name: 'other.md', content: '# Other' },
    ]);
    const mail = (content: Uint8Array) =>
      [
        'From: a@b.c',
        'Subject: Order',
        'MIME-Version: 1.0',
        'Content-Type: application/ms-tnef; name="winmail.dat"',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from(content).toString('base64'),
      ].join('\r\n');
    const text = await textOf('a.eml', Buffer.from(mail(packed)));
    expect(text).toContain('Forty bolts, naïve.');
    expect(text).toContain('Liste der Schrauben – alt.txt\n\nNine nuts.');
    const names = async (content: Uint8Array) => {
      const opened = await openMail(rawOf('a.eml', mail(content)), null);
      return opened.ok ? opened.mail.files.map(({ path }) => path) : opened.reason;
    };
    expect(await names(packed)).toEqual(['Liste der Schrauben – alt.txt', 'other.md']);
    for (let length = 0; length < packed.length; length += 7) {
      expect(await names(packed.subarray(0, length))).toBeInstanceOf(Array);
    }
    expect(await names(Buffer.from('no such thing'))).toEqual(['winmail.dat']);
  });

  it('goes by the bytes where the name lies, and says so', async () => {
    const parsed = await parse(rawOf('a.docx', pdfOf([['Really a PDF.']])));
    expect(parsed).toMatchObject({
      ok: true,
      document: { text: 'Really a PDF.', warnings: ['Its name ends in .docx, but it is PDF.'] },
    });
  });
});

async function documentOf(name: string, bytes: Uint8Array) {
  const parsed = await parse(rawOf(name, bytes));
  if (!parsed.ok) throw new Error(parsed.reason.message);
  return parsed.document;
}

async function textOf(name: string, bytes: Uint8Array): Promise<string> {
  return (await documentOf(name, bytes)).text;
}

async function causeOf(name: string, bytes: Uint8Array): Promise<string | null> {
  const parsed = await parse(rawOf(name, bytes));
  return parsed.ok ? null : parsed.reason.code;
}

/** `kind [headings] place: text`. */
async function blocksOf(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  const { text, blocks } = await documentOf(name, bytes);
  return blocks.map(({ kind, start, end, headings, page, slide, sheet }) => {
    const places = [page && ` page ${page}`, slide && ` slide ${slide}`, sheet && ` sheet ${sheet}`];
    return `${kind} [${headings.join(' > ')}]${places.filter(Boolean).join('')}: ${text.slice(start, end)}`;
  });
}

function openDocument(body: string): Uint8Array {
  const names =
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"';
  return zipSync({
    mimetype: [strToU8('application/vnd.oasis.opendocument.text'), { level: 0 }],
    'content.xml': strToU8(
      `<office:document-content ${names}><office:body><office:text>${body}</office:text></office:body></office:document-content>`,
    ),
  });
}

function ebook(chapter: string): Uint8Array {
  const container =
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>';
  const book =
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Book</dc:title></metadata><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/></spine></package>';
  return zipSync({
    mimetype: [strToU8('application/epub+zip'), { level: 0 }],
    'META-INF/container.xml': strToU8(container),
    'book.opf': strToU8(book),
    'c.xhtml': strToU8(`<html xmlns="http://www.w3.org/1999/xhtml"><body>${chapter}</body></html>`),
  });
}
