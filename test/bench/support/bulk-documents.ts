import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { randomOf } from '@winnow/testkit';

const charactersPerDocument = 1_024;
const vocabularySize = 20_000;
const syllables = 'ba ce di fo gu la me ni po ru sa te vi zo ka le mi no tu ra'.split(' ');

/** Writes documents of 1 KB as JSON lines, each one different; the same count gives the same bytes. */
export async function writeDocuments(path: string, count: number): Promise<void> {
  await pipeline(Readable.from(lines(count)), createWriteStream(path));
}

function* lines(count: number): Generator<string> {
  const random = randomOf(1);
  for (let at = 0; at < count; at += 1) {
    let text = `Record ${at}.`;
    while (text.length < charactersPerDocument) text += ` ${sentence(random)}`;
    yield `${JSON.stringify({ _id: `record-${at}`, text: text.slice(0, charactersPerDocument) })}\n`;
  }
}

function sentence(random: () => number): string {
  return `${Array.from({ length: 12 }, () => word(random)).join(' ')}.`;
}

/** A few words often and most of them seldom, as in any language: which one is even in the logarithm of its rank. */
function word(random: () => number): string {
  let rank = Math.floor(vocabularySize ** random());
  let letters = '';
  do {
    letters += syllables[rank % syllables.length];
    rank = Math.floor(rank / syllables.length);
  } while (rank > 0);
  return letters;
}
