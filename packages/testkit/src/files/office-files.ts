import { zipSync } from 'fflate';

/** Word's own markup of the body: `<w:p>`, `<w:tbl>`. */
export function docxOf(body: string): Uint8Array {
  return zipOf({
    '[Content_Types].xml': contentTypes('/word/document.xml', 'wordprocessingml.document.main'),
    '_rels/.rels': relationships([['officeDocument', 'word/document.xml']]),
    'word/document.xml': `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  });
}

/** A paragraph of Word, of a style such as `Heading1` if one is given. */
export function wordParagraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** A table of Word. */
export function wordTable(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string =>
    row.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('');
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('')}</w:tbl>`;
}

/** A workbook of sheets by name. */
export function xlsxOf(sheets: Readonly<Record<string, readonly (readonly string[])[]>>): Uint8Array {
  const names = Object.keys(sheets);
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const listed = names
    .map((name, at) => `<sheet name="${name}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
    .join('');
  const files = names.map((name, at) => [
    `xl/worksheets/sheet${at + 1}.xml`,
    `<worksheet ${main}><sheetData>${(sheets[name] ?? []).map(rowOf).join('')}</sheetData></worksheet>`,
  ]);
  return zipOf({
    '[Content_Types].xml': contentTypes('/xl/workbook.xml', 'spreadsheetml.sheet.main'),
    '_rels/.rels': relationships([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${officeRelations}"><sheets>${listed}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      names.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`]),
    ),
    ...Object.fromEntries(files),
  });
}

function rowOf(cells: readonly string[], index: number): string {
  const written = cells.map((cell, column) => {
    const place = `${String.fromCharCode(65 + column)}${index + 1}`;
    return `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  });
  return `<row r="${index + 1}">${written.join('')}</row>`;
}

/** A presentation; of each slide its title and the paragraphs below it. */
export function pptxOf(slides: readonly (readonly [title: string, ...paragraphs: string[]])[]): Uint8Array {
  const ids = slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at + 1}"/>`).join('');
  const names = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${officeRelations}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;
  const files = slides.map(([title, ...paragraphs], at) => [
    `ppt/slides/slide${at + 1}.xml`,
    `<p:sld ${names}><p:cSld><p:spTree>${shape('<p:ph type="title"/>', [title])}${shape('<p:ph idx="1"/>', paragraphs)}</p:spTree></p:cSld></p:sld>`,
  ]);
  return zipOf({
    '[Content_Types].xml': contentTypes('/ppt/presentation.xml', 'presentationml.presentation.main'),
    '_rels/.rels': relationships([['officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation ${names}><p:sldIdLst>${ids}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(
      slides.map((_, at) => ['slide', `slides/slide${at + 1}.xml`]),
    ),
    ...Object.fromEntries(files),
  });
}

function shape(placeholder: string, paragraphs: readonly string[]): string {
  const text = paragraphs.map((one) => `<a:p><a:r><a:t>${one}</a:t></a:r></a:p>`).join('');
  return `<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr>${placeholder}</p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>${text}</p:txBody></p:sp>`;
}

const officeRelations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function contentTypes(part: string, kind: string): string {
  return `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${kind}+xml"/></Types>`;
}

function relationships(targets: readonly (readonly [kind: string, target: string])[]): string {
  const each = targets.map(
    ([kind, target], at) =>
      `<Relationship Id="rId${at + 1}" Type="${officeRelations}/${kind}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${each.join('')}</Relationships>`;
}

function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
}
