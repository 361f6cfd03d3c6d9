import { splitSentences } from '@winnow/text';
import { cleanText } from '../clean-text.ts';

/** What a source says as a source. */
export interface Evidence {
  /** Stretches of the source, letter for letter, in order. */
  readonly parts: readonly string[];
  /** The source also talks to the model that reads it. */
  readonly addressesModel: boolean;
}

/** What stands before a verb that gives an order: `never ignore…` and `if you ignore…` give none. */
const imperative =
  '(?:^\\P{L}*|[,:;.!?—–-]\\s*["\'“”(*]*|\\b(?:please|and|then|now|must|should|just|also|kindly|simply|first|completely|immediately)\\s+)';
const ordersEnglish = new RegExp(
  `${imperative}(?:ignore|disregard|forget|override|bypass|do not follow|don['’]t follow|stop following)\\b` +
    '.{0,60}\\b(?:instructions?|prompts?|directives?|guidelines|rules|sources|context|you were told)\\b',
  'isu',
);
const newOrders =
  /\b(?:new|updated|real|actual|secret|hidden) instructions?\s*[:：]|\b(?:note|message|attention|instructions?)\b.{0,20}\b(?:to|for)\b.{0,20}\b(?:assistants?|ai|llms?|language models?|chatbots?)\b|\b(?:whatever|regardless of|no matter what)\b.{0,30}\b(?:question|query|asked?)\b.{0,60}\b(?:answer|reply|respond|say)\b/isu;
const ordersChinese =
  /(?:忽略|忽視|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|不要遵守|不再遵守|覆盖|覆蓋|绕过|繞過).{0,24}(?:指令|指示|提示|规则|規則|要求|设定|設定|上文|以上|前面)/su;
/** Only a text that means to be taken for a chat has these. */
const templateMarks = /<[|｜][^<>\n]{1,64}[|｜]>|<(?:start|end)_of_turn>|\[\/?INST\]|<<SYS>>/i;
const paragraphBreak = /\n\s*\n/;

/**
 * What may bear out a claim. A sentence that tells its reader to ignore instructions, and what follows it in its
 * paragraph, states nothing: it is there to be obeyed, and a model that obeys would even cite it. Finds the usual
 * wording in English and Chinese, no more; a text *about* such sentences is not taken for evidence either.
 */
export function evidenceIn(source: string): Evidence {
  const parts: string[] = [];
  let start = 0;
  let blocked = false;
  let end = 0;
  let addressesModel = false;
  for (const sentence of splitSentences(source)) {
    if (blocked && paragraphBreak.test(source.slice(end, sentence.start))) {
      blocked = false;
      start = sentence.start;
    }
    if (!blocked && isOrder(source.slice(sentence.start, sentence.end))) {
      if (sentence.start > start) parts.push(source.slice(start, sentence.start));
      blocked = true;
      addressesModel = true;
    }
    end = sentence.end;
  }
  if (!blocked) parts.push(source.slice(start));
  return { parts, addressesModel };
}

function isOrder(sentence: string): boolean {
  const seen = cleanText(sentence);
  return (
    ordersEnglish.test(seen) || newOrders.test(seen) || ordersChinese.test(seen) || templateMarks.test(seen)
  );
}
