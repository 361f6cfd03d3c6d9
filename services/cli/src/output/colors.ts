import { styleText } from 'node:util';

/** When what is written is coloured: in a terminal that takes it, as `NO_COLOR` and `FORCE_COLOR` have it; or as told. */
export const colorChoices = ['auto', 'always', 'never'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** One process runs one command, so that this is a matter of the whole process. */
let chosen: ColorChoice = 'auto';

export function chooseColors(choice: ColorChoice): void {
  chosen = choice;
}

/** The text in a style, where that is wanted on the stream that it is for. */
export function styled(style: 'bold' | 'red' | 'yellow', text: string, stream: NodeJS.WriteStream): string {
  if (chosen === 'never') return text;
  return styleText(style, text, chosen === 'always' ? { validateStream: false } : { stream });
}
