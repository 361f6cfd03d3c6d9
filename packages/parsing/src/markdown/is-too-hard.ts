/** Larger text would take the parser many seconds and hundreds of megabytes. In UTF-16 code units. */
const maxLength = 400_000;
/** The parser's time grows with the square of a paragraph's marks, and of its lines if they look like a table. */
const maxParagraphMarks = 5_000;
/** Its stack and time grow with the depth of quotes and lists. */
const maxDepth = 50;
const maxIndent = 200;
/** Cells of a table are parsed each by itself, so their marks do not add up; a row of this length has few. */
const maxRowLength = 2_000;

const fenceMark = /^ {0,3}(```|~~~)/;
const containers = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])(?=[ \t>]))+/;

/** Whether a Markdown parser would take too long over the text, or fall over it. Linear. */
export function isTooHard(text: string): boolean {
  if (text.length > maxLength) return true;
  let marks = 0;
  let fence: string | null = null;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const mark: string | undefined = fenceMark.exec(line)?.[1];
    if (mark !== undefined) fence = fence === null ? mark : fence === mark ? null : fence;
    if (fence !== null) continue;
    marks = line.trim() === '' ? 0 : marks + marksOf(line);
    if (marks > maxParagraphMarks || depthOf(line) > maxDepth || line.search(/[^ \t]/) > maxIndent)
      return true;
  }
  return false;
}

function marksOf(line: string): number {
  if (line.startsWith('|') && line.length < maxRowLength) return 1;
  return 1 + (line.match(/[*_[\]<`~&!]/g)?.length ?? 0);
}

function depthOf(line: string): number {
  return containers.exec(line.slice(0, 4_096))?.[0].match(/>|[-*+]|\d+/g)?.length ?? 0;
}
