import { zipSync } from 'fflate';

/** Files as programs write them that are rarer than Word, packed as these pack them: `mimetype` stands there as it is. */
export function packed(files: Readonly<Record<string, string>>): Uint8Array {
  const members = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text);
    return [name, name === 'mimetype' ? ([bytes, { level: 0 }] as const) : bytes] as const;
  });
  return zipSync(Object.fromEntries(members) as Parameters<typeof zipSync>[0]);
}

const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const spreadsheet = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

function relationships(targets: readonly (readonly [id: string, kind: string, target: string])[]): string {
  const each = targets.map(
    ([id, kind, target]) => `<Relationship Id="${id}" Type="${relations}/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
}

function contentTypes(overrides: Readonly<Record<string, string>>): string {
  const each = Object.entries(overrides).map(
    ([part, kind]) =>
      `<Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${kind}+xml"/>`,
  );
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${each.join('')}</Types>`;
}

const word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document with its footnotes and endnotes, numbered from 2 as Word does. */
export function docxWithNotes(body: string, notes: { footnote: string; endnote: string }): Uint8Array {
  const noteFile = (kind: 'footnote' | 'endnote') =>
    `<w:${kind}s ${word}><w:${kind} w:id="2"><w:p><w:r><w:t>${notes[kind]}</w:t></w:r></w:p></w:${kind}></w:${kind}s>`;
  return packed({
    '[Content_Types].xml': contentTypes({
      '/word/document.xml': 'wordprocessingml.document.main',
      '/word/footnotes.xml': 'wordprocessingml.footnotes',
      '/word/endnotes.xml': 'wordprocessingml.endnotes',
    }),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': `<w:document ${word}><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relationships([
      ['rId1', 'footnotes', 'footnotes.xml'],
      ['rId2', 'endnotes', 'endnotes.xml'],
    ]),
    'word/footnotes.xml': noteFile('footnote'),
    'word/endnotes.xml': noteFile('endnote'),
  });
}

/**
 * A workbook of one sheet `Sales`.
 * @param rows the sheet's own markup of rows.
 * @param formats of cells by number: built-in ids, or codes of one's own.
 */
export function workbookOf(
  rows: string,
  options: {
    readonly formats?: readonly (number | string)[];
    readonly merged?: readonly string[];
    readonly is1904?: boolean;
  } = {},
): Uint8Array {
  const { formats = [0], merged = [], is1904 = false } = options;
  const codes = formats.filter((format) => typeof format === 'string');
  const idOf = (format: number | string) =>
    typeof format === 'number' ? format : 164 + codes.indexOf(format);
  const own = codes.map((code) => `<numFmt numFmtId="${idOf(code)}" formatCode="${code}"/>`);
  const cells = merged.map((ref) => `<mergeCell ref="${ref}"/>`);
  return packed({
    '[Content_Types].xml': contentTypes({
      '/xl/workbook.xml': 'spreadsheetml.sheet.main',
      '/xl/styles.xml': 'spreadsheetml.styles',
    }),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook ${spreadsheet} xmlns:r="${relations}"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Sales" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
      ['rId2', 'styles', 'styles.xml'],
    ]),
    'xl/styles.xml': `<styleSheet ${spreadsheet}><numFmts>${own.join('')}</numFmts><cellXfs>${formats.map((format) => `<xf numFmtId="${idOf(format)}"/>`).join('')}</cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${spreadsheet}><sheetData>${rows}</sheetData><mergeCells>${cells.join('')}</mergeCells></worksheet>`,
  });
}

const slides = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${relations}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;

/** A presentation of one slide, and what its speaker is to say. */
export function pptxWithNotes(title: string, notes: string): Uint8Array {
  const shape = (placeholder: string, text: string) =>
    `<p:cSld><p:spTree><p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr><p:ph ${placeholder}/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>`;
  return packed({
    '[Content_Types].xml': contentTypes({ '/ppt/presentation.xml': 'presentationml.presentation.main' }),
    '_rels/.rels': relationships([['rId1', 'officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation ${slides}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships([['rId1', 'slide', 'slides/slide1.xml']]),
    'ppt/slides/slide1.xml': `<p:sld ${slides}>${shape('type="title"', title)}</p:sld>`,
    'ppt/slides/_rels/slide1.xml.rels': relationships([
      ['rId1', 'notesSlide', '../notesSlides/notesSlide1.xml'],
    ]),
    'ppt/notesSlides/notesSlide1.xml': `<p:notes ${slides}>${shape('type="body" idx="1"', notes)}</p:notes>`,
  });
}

const manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>';

/** An OpenDocument of that kind. */
export function openDocument(kind: 'text' | 'spreadsheet', body: string): Record<string, string> {
  const names = ['office', 'text', 'table'].map(
    (name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`,
  );
  return {
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    'META-INF/manifest.xml': manifest,
    'content.xml': `<office:document-content ${names.join(' ')}><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
  };
}

/** An e-book of two chapters, `a` and `b`, and its list of what is read when. */
export function ebookOf(spine: string): Uint8Array {
  const page = (body: string) =>
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>${body}</body></html>`;
  const type = 'media-type="application/xhtml+xml"';
  return packed({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile full-path="OEBPS/c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OEBPS/c.opf': `<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The Pump</dc:title></metadata><manifest><item id="a" href="Text/one%20a.xhtml" ${type}/><item id="b" href="Text/two.xhtml" ${type}/></manifest><spine>${spine}</spine></package>`,
    'OEBPS/Text/one a.xhtml': page('<p>Text of a.</p>'),
    'OEBPS/Text/two.xhtml': page('<p>Text of b.</p>'),
  });
}

/**
 * A PDF of one page.
 * @param content of the page, with the font `F1`.
 * @param objects of it behind the first five, by their numbers from 6.
 */
export function pdfPage(
  content: string,
  {
    font,
    page = '',
    root = '',
    objects = [],
  }: { font?: string; page?: string; root?: string; objects?: readonly string[] } = {},
): Uint8Array {
  const all = [
    `<< /Type /Catalog /Pages 2 0 R ${root} >>`,
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    font ?? '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< /Type /Page /Parent 2 0 R ${page} /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ...objects,
  ];
  const body = all.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('');
  return Buffer.from(
    `%PDF-1.4\n${body}trailer\n<< /Size ${all.length + 1} /Root 1 0 R >>\n%%EOF\n`,
    'latin1',
  );
}
