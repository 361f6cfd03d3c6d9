import { describe, expect, it } from 'vitest';
import { plainQuestion } from './plain-question.ts';
import { sameSpecifics } from './same-specifics.ts';

describe('sameSpecifics', () => {
  it.each([
    ['a number', 'How many users in 2023?', 'How many users in 2024?'],
    ['a number in words', 'What do two seats cost?', 'What do three seats cost?'],
    ['an identifier', 'How heavy is PPR-9087?', 'How heavy is PPR-9088?'],
    ['a version', 'What is new in v1.2?', 'What is new in v1.3?'],
    ['a name', 'What is the capital of France?', 'What is the capital of Germany?'],
    ['a negation', 'Which plants need water?', 'Which plants do not need water?'],
    ['a contraction', 'When does it start?', "When doesn't it start?"],
    ['an opposite', 'How do I enable the cache?', 'How do I disable the cache?'],
    ['a question word', 'When did Tesla die?', 'Where did Tesla die?'],
    ['a direction', 'How do I convert inches to feet?', 'How do I convert feet to inches?'],
    ['an order of names', 'Is a trip from Basel to Bern long?', 'Is a trip from Bern to Basel long?'],
    ['a Chinese number', '三年级有多少学生？', '四年级有多少学生？'],
    ['a Chinese negation', '哪些植物需要浇水？', '哪些植物不需要浇水？'],
    ['a Chinese question word', '会议在什么时候？', '会议在哪里？'],
    ['a Chinese direction', '从北京到上海多远？', '从上海到北京多远？'],
    ['a time that passed', '谁曾是纪录保持者？', '谁是纪录保持者？'],
    ['an identifier amid Chinese', '水泵PPR-9087多重？', '水泵PPR-9088多重？'],
  ])('tells apart what differs in %s', (_name, one, other) => {
    expect(sameSpecifics(one, other)).toBe(false);
    expect(sameSpecifics(other, one)).toBe(false);
  });

  it.each([
    ['How do I reset my password?', 'Can you tell me how I reset the password'],
    ['What does the PPR-9087 weigh?', 'I would like to know what the PPR-9087 weighs.'],
    ['How much is 1,000 EUR in USD?', 'How much would 1000 EUR be in USD?'],
    ['如何重置密码？', '请问密码如何重置'],
    ['怎么给番茄浇水？', '番茄怎么浇水'],
  ])('lets pass what asks the same: %s', (one, other) => {
    expect(sameSpecifics(one, other)).toBe(true);
  });
});

describe('plainQuestion', () => {
  it.each([
    ['How do I reset it?', 'how do i reset it'],
    ['Hello, could you please tell me how I reset it, thanks!', 'how i reset it'],
    ['  I’d like to know:  WHAT is it ?? ', 'what is it'],
    ['请问，如何重置密码呢？', '如何重置密码'],
    ['Ｈｏｗ？', 'how'],
    ['?', ''],
  ])('leaves what is asked of %s', (question, plain) => {
    expect(plainQuestion(question)).toBe(plain);
  });
});
