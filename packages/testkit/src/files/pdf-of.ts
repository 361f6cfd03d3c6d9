/** A line of a page: text in ASCII, and the height of its letters in points. */
export interface PdfText {
  readonly text: string;
  readonly height?: number;
}

/**
 * A PDF of these pages, each a list of lines from above, in Helvetica.
 * @param pages no lines: a page without text, as a scan is.
 */
export function pdfOf(pages: readonly (readonly (string | PdfText)[])[]): Uint8Array {
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((lines, index) => {
      const content = contentOf(lines);
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  let file = '%PDF-1.4\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(file.length);
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + trailer, 'latin1');
}

function contentOf(lines: readonly (string | PdfText)[]): string {
  let y = 740;
  return lines
    .map((line) => {
      const { text, height = 11 } = typeof line === 'string' ? { text: line } : line;
      y -= height * 2;
      return `BT /F1 ${height} Tf 72 ${y} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`;
    })
    .join('\n');
}
