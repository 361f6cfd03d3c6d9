/**
 * What a reader does not see but a model reads: control characters, Unicode's default ignorables (zero width,
 * bidirectional controls, tags, variation selectors, soft hyphen…), interlinear annotation, halves of pairs.
 */
const unseen =
  /[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]--[\n\t\u200C\u200D]]/gv;
/** Joiners are spelling in Persian or Hindi, and mean nothing after any other character. */
const strayJoiners =
  /(?<![[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Inherited}]])[\u200C\u200D]/gv;
const lineBreaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/**
 * Text from outside as a person sees it on the screen: what is invisible goes, line breaks become `\n`. Tabs,
 * and joiners where they are spelling, stay. Cleaning twice changes nothing more.
 */
export function cleanText(text: string): string {
  return text.replace(lineBreaks, '\n').replace(unseen, '').replace(strayJoiners, '');
}

/**
 * Marks by which chat templates tell who speaks: `<|im_start|>`, `<|eot_id|>`, `<start_of_turn>`, `[INST]`, `<<SYS>>`,
 * `</s>`… A server that finds one in a message may take what follows for a message of its own.
 */
const templateMarks =
  /<(?=[|｜][^<>\n]{1,64}[|｜]>|\/?(?:s|bos|eos|pad|unk|sep|cls|mask)>|(?:start|end)_of_(?:turn|role|text|image)>)|\[(?=\/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\])|<(?=<\/?SYS>>)/gi;

/** {@link cleanText}, and no mark of a chat template: a space breaks each (`< |im_start|>`). */
export function promptText(text: string): string {
  return cleanText(text).replace(templateMarks, '$& ');
}
