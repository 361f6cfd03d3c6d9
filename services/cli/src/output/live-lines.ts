import { visible } from '@winnow/core';
import { cutToColumns } from './cut-to-columns.ts';

/** Lines that are drawn over the ones before. */
export interface LiveLines {
  draw(lines: readonly string[]): void;
}

/** For a terminal: each line is cut to its width, so that as many are taken away as were drawn. */
export function createLiveLines(stream: NodeJS.WriteStream): LiveLines {
  let drawn = 0;
  return {
    draw(lines) {
      const width = stream.columns || 80;
      const cut = lines
        .flatMap((line) => line.split('\n'))
        .map((line) => cutToColumns(visible(line), width - 1));
      stream.write(`${drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`}${cut.join('\n')}\n`);
      drawn = cut.length;
    },
  };
}
