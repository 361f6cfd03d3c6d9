import { describe, expect, it } from 'vitest';
import { askedOf, holds } from './asked-of.ts';
import { termsWithJoins } from './joined-terms.ts';

const terms = (question: string) => askedOf(question).wanted.map(({ term }) => term);

describe('askedOf', () => {
  it('takes the code of a currency for its name', () => {
    const [dollar] = askedOf('How many dollars?').wanted;
    expect(dollar).toMatchObject({ term: 'dollar', alsoBy: ['usd'] });
    expect(askedOf('要多少美元？').wanted).toContainEqual(
      expect.objectContaining({ term: '美元', alsoBy: ['usd'] }),
    );
  });

  it('wants the words that are asked about, not those that ask', () => {
    expect(terms('How do I rotate the log files?')).toEqual(['rotat', 'log', 'file']);
    expect(terms('怎样备份语料库？')).toEqual(['备', '备份', '份', '份语', '语', '语料', '料', '料库', '库']);
    expect(terms('How?')).toEqual(['how']);
  });

  it('asks for a version as a whole, and above all', () => {
    const { wanted } = askedOf('What is new in 4.7.2?');
    expect(wanted.map(({ term }) => term)).toEqual(['new', '4.7.2']);
    expect(wanted[1]?.weight).toBeGreaterThan(1);
  });

  it.each([
    ['How many queries can I have?', { amount: true, way: false }],
    ['最大多少？', { amount: true, way: false }],
    ['How do I go back?', { amount: false, way: true }],
    ['怎样回滚？', { amount: false, way: true }],
    ['Which port is it?', { amount: true, way: false }],
    ['Why is it slow?', { amount: false, way: false }],
  ])('%s', (question, expected) => {
    expect(askedOf(question)).toMatchObject(expected);
  });

  it.each([
    ['How do I roll back?', 'winnow rollback NAME goes back.'],
    ['How does rollback work?', 'You roll back by one write.'],
    ['What is the timeout?', 'The time-out is 3 s.'],
    ['What is the time zone?', 'Timezones are supported.'],
  ])('finds joined words: %s', (question, text) => {
    const held = termsWithJoins(text);
    expect(
      askedOf(question)
        .wanted.filter((term) => !holds(held, term))
        .map(({ term }) => term),
    ).toEqual(question.includes('work') ? ['work'] : []);
  });
});
