import { describe, expect, it } from 'vitest';
import { isBorneOut, supportFor } from './bears-out.ts';

const holds = (claim: string, source: string, question = '') => {
  const support = supportFor(claim, { parts: [source], about: '', question });
  return support !== null && isBorneOut(support);
};

describe('a claim and its source', () => {
  it.each([
    ['The client makes 3 retries.', 'After a failure the client makes three retries.'],
    ['It was released on March 3, 2024.', 'Version 2 was released on 2024-03-03.'],
    ['Basel does not charge a fee.', 'Basel doesn’t charge any fee.'],
    ['Members must not smoke.', 'Smoking is prohibited for members.'],
    ['Bern was founded before Basel.', 'Basel was founded after Bern.'],
    ['Basel is paid by Bern.', 'Bern pays Basel.'],
    ['Bern and Basel pay for the bridge.', 'Basel and Bern pay for the bridge.'],
    ['The drug is approved in Switzerland.', 'The drug is approved in Switzerland, but not in Norway.'],
    [
      'Invoices are due no later than 30 days after delivery.',
      'Invoices are due within 30 days after delivery.',
    ],
    ['申请人不需要缴纳费用。', '申请人无需缴纳费用。'],
    ['不同的地区费用相同。', '费用在不同的地区相同。'],
  ])('agree: %s ⟵ %s', (claim, source) => {
    expect(holds(claim, source)).toBe(true);
  });

  it.each([
    ['The moon is made of cheese.', 'The bridge was made in 1902 by the town.'],
    ['The pump does not need oil.', 'The pump needs oil every week.'],
    ['The pump needs oil.', 'The pump does not need oil.'],
    ['Refunds are never given.', 'Refunds are given within 30 days.'],
    ['Bern pays Basel for the bridge.', 'Basel pays Bern for the bridge.'],
    ['Bern was founded before Basel.', 'Basel was founded before Bern.'],
    ['Bern was founded before Basel.', 'Bern was founded after Basel.'],
    ['The update increases the delay of each call.', 'The update decreases the delay of each call.'],
    ['The bridge was built in Zurich by the town.', 'The bridge was built in Bern by the town.'],
    ['申请人不需要缴纳费用。', '申请人需要缴纳费用。'],
    ['申请人需要缴纳费用。', '申请人不需要缴纳费用。'],
    ['北京的人口比上海多。', '上海的人口比北京多。'],
    ['该措施减少了费用。', '该措施增加了费用。'],
  ])('disagree: %s ⟵ %s', (claim, source) => {
    expect(holds(claim, source)).toBe(false);
  });
});
