import { z } from 'zod';

/** Only what decides whether a text may be tokenized word by word. */
export const tokenizerShape = z.looseObject({
  normalizer: z.looseObject({ type: z.string(), handle_chinese_chars: z.boolean().optional() }).nullable(),
  pre_tokenizer: z
    .looseObject({ type: z.string(), pretokenizers: z.array(z.looseObject({ type: z.string() })).optional() })
    .nullable(),
});

/** Cuts a text into words whose tokens, put one after the other, are the tokens of the text. */
export type WordSplitter = (text: string) => readonly string[];

/**
 * The finest cut that a tokenizer allows:
 * - BERT puts spaces around each Han character itself, so those stand alone; else white space divides.
 *   (The tokenizer library forgets to do so beyond the basic plane; cut here, they come out right.)
 * - Where `WhitespaceSplit` comes first, white space divides.
 * - Any other text is one word.
 * Only space, tab and line ends count as white space: other characters may be removed by a normalizer and
 * join what stands beside them.
 */
export function wordSplitterFor(tokenizer: z.infer<typeof tokenizerShape>): WordSplitter {
  const { normalizer, pre_tokenizer } = tokenizer;
  if (pre_tokenizer?.type === 'BertPreTokenizer' && normalizer?.type === 'BertNormalizer') {
    return normalizer.handle_chinese_chars === false ? byWhiteSpace : byHanAndWhiteSpace;
  }
  if (pre_tokenizer?.pretokenizers?.[0]?.type === 'WhitespaceSplit') {
    return (text) => byWhiteSpace(text).flatMap(cutLongWord);
  }
  return (text) => cutLongWord(text);
}

/** The ranges that BERT's `tokenize_chinese_chars` takes as Chinese. */
const han =
  '\\u{4E00}-\\u{9FFF}\\u{3400}-\\u{4DBF}\\u{20000}-\\u{2A6DF}\\u{2A700}-\\u{2B73F}\\u{2B740}-\\u{2B81F}\\u{2B920}-\\u{2CEAF}\\u{F900}-\\u{FAFF}\\u{2F800}-\\u{2FA1F}';
const hanOrWord = new RegExp(`[${han}]|[^ \\t\\n\\r${han}]+`, 'gu');
const whiteSpaceWord = /[^ \t\n\r]+/g;

function byHanAndWhiteSpace(text: string): readonly string[] {
  return text.match(hanOrWord) ?? [];
}

function byWhiteSpace(text: string): readonly string[] {
  return text.match(whiteSpaceWord) ?? [];
}

/** Beyond this the library's search for the best cut takes more stack than there is. */
const maxWordLength = 8_192;

function cutLongWord(word: string): readonly string[] {
  if (word.length <= maxWordLength) return [word];
  const pieces: string[] = [];
  for (let start = 0; start < word.length; ) {
    const end = start + maxWordLength;
    // Not between the halves of a surrogate pair.
    const next = isLowSurrogate(word, end) ? end + 1 : end;
    pieces.push(word.slice(start, next));
    start = next;
  }
  return pieces;
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
