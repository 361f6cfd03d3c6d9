import { parseCitations } from '../citations/parse-citations.ts';
import { writeMarks } from '../citations/write-marks.ts';

/** Numbers the marks of a text as it comes, from 1 in the order in which sources are first cited. */
interface MarkNumberer {
  /** @returns text that may be shown now; what may be the beginning of a mark is held back. */
  push(text: string): string;
  /** @returns what was held back. */
  end(): string;
}

/** An open bracket at the end, which what comes next may close. */
const openMark = /(?<![ \t\u00A0\u3000])[ \t\u00A0\u3000]*[[［【][^\]］】\n]{0,40}$/;

/** @param known the numbers that sources have; other marks are taken out when the answer is checked, and stay until then. */
export function createMarkNumberer(known: ReadonlySet<number>): MarkNumberer {
  let read = '';
  let shown = '';
  const show = (text: string): string => {
    const next = numbered(text, known).slice(shown.length);
    shown += next;
    return next;
  };
  return {
    push(text) {
      read += text;
      return show(read.replace(openMark, ''));
    },
    end: () => show(read),
  };
}

function numbered(text: string, known: ReadonlySet<number>): string {
  const { text: bare, marks } = parseCitations(text);
  const numbers = new Map<number, number>();
  for (const id of marks.flatMap(({ ids }) => ids)) {
    if (known.has(id) && !numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
  const passed = marks.map((mark) => [mark, mark.ids.map((id) => numbers.get(id) ?? id)] as const);
  return writeMarks(bare, marks, new Map(passed)).text;
}
