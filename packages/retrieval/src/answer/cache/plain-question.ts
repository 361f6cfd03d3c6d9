/** What people put around a question, which asks for nothing. */
const openings = [
  /^(?:hi|hello|hey|please|kindly|excuse me|quick question|ok|okay|so|and)\b[\s,.:!]*/u,
  /^(?:can|could|would|will) you (?:please )?(?:tell|explain to|show|remind|help) (?:me|us)\b[\s,:]*/u,
  /^(?:please )?(?:tell|remind) (?:me|us)\b[\s,:]*/u,
  /^(?:i(?: would|['’]d)? (?:like|want|need) to (?:know|ask|understand)|i am wondering|i wonder|do you know|any idea)\b[\s,:]*/u,
  /^(?:你好|您好|请问一下|请问|請問|麻烦问一下|问一下|想问一下|我想问一下|我想问|我想知道|想知道|能告诉我|能不能告诉我|可以告诉我|请告诉我|告诉我|你知道|您知道)[\s,，:：。!！]*/u,
];
const closings = [
  /(?<![\s.?!。？！~…])[\s.?!。？！~…]+$/u,
  /(?:,? please|,? thanks|,? thank you|，?谢谢|吗|呢|呀|啊)$/u,
];

/** Of politeness, around a question as it is asked: a text of nothing else is not gone through to its end. */
const maxRounds = 8;

/**
 * A question without what does not change what it asks: case, width, white space, politeness around it, the sign at
 * its end.
 */
export function plainQuestion(question: string): string {
  let text = question.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  for (let before = '', round = 0; before !== text && round < maxRounds; round += 1) {
    before = text;
    for (const pattern of [...openings, ...closings]) text = text.replace(pattern, '').trim();
  }
  return text;
}
