import { cutToColumns } from './cut-to-columns.ts';
import { areNotesWanted } from './print.ts';

/** How often a line that is drawn over and over is drawn at most. */
const drawEveryMs = 250;
/** How often a line is written where nothing can be drawn over, and how long nothing is said at first. */
const writeEveryMs = 5_000;

/** How far something is, on standard error: one line in a terminal, else a line now and then. */
export interface StatusLine {
  show(text: string): void;
  /** Takes the line away again, where it can be. */
  stop(): void;
}

export function createStatusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  return stream.isTTY ? createDrawnLine(stream) : createWrittenLines(stream);
}

function createDrawnLine(stream: NodeJS.WriteStream): StatusLine {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    show(text) {
      const now = performance.now();
      if (!areNotesWanted() || now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      isDrawn = true;
      stream.write(`${clearLine}${cutToColumns(text, (stream.columns || 80) - 1)}`);
    },
    stop() {
      if (isDrawn) stream.write(clearLine);
      isDrawn = false;
    },
  };
}

/** For files and other programs: what is done soon says nothing. */
function createWrittenLines(stream: NodeJS.WriteStream): StatusLine {
  let writtenAt = performance.now();
  return {
    show(text) {
      const now = performance.now();
      if (!areNotesWanted() || now - writtenAt < writeEveryMs) return;
      writtenAt = now;
      stream.write(`${progressMark}${text}\n`);
    },
    stop() {},
  };
}

/** What lines of progress begin with where nothing can be drawn over. */
const progressMark = '… ';

/** Back to the beginning of the line, and nothing on it. */
export const clearLine = '\r\u001b[K';
