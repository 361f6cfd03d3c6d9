/** How often a line that is drawn over and over is drawn at most. */
const drawEveryMs = 250;

/** One line on standard error that says how far something is; without a terminal nothing is drawn. */
export interface StatusLine {
  show(text: string): void;
  /** Takes the line away again. */
  stop(): void;
}

export function createStatusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isDrawn = false;
  return {
    show(text) {
      const now = performance.now();
      if (!stream.isTTY || now - drawnAt < drawEveryMs) return;
      drawnAt = now;
      isDrawn = true;
      stream.write(`${clearLine}${[...text].slice(0, (stream.columns || 80) - 1).join('')}`);
    },
    stop() {
      if (isDrawn) stream.write(clearLine);
      isDrawn = false;
    },
  };
}

/** Back to the beginning of the line, and nothing on it. */
export const clearLine = '\r\u001b[K';
