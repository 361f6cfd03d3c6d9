import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contradicts } from './polarity.ts';

describe('a source against a claim that denies', () => {
  test.each([
    ['The drug does not lower the risk.', 'The drug lowers the risk.'],
    ['The drug does not lower the risk.', 'In patients without diabetes, the drug lowers the risk.'],
    ['The graft has not lower rates of rejection.', 'The graft led to lower rates of rejection.'],
    [
      'The exercise does not improve function.',
      'A unique exercise improves function more than an unspecific one.',
    ],
    ['The one is not higher than the other.', 'The one is higher than the other.'],
    ['The tax is not significantly higher.', 'The tax became higher by law.'],
    [
      'One in five trials is not discontinued early.',
      'One in five trials is discontinued early, and investigators cannot be reached.',
    ],
    [
      'Trials are not discontinued early.',
      'One in five trials is stopped early, and investigators of unpublished studies write to nobody.',
    ],
    [
      'The allele is not related to the disease.',
      'A noncoding change tells the allele apart, and it goes with a milder course.',
    ],
  ])('%s ← %s', (claim, source) => {
    expect(contradicts(claim, source)).toBe(true);
  });

  test.each([
    ['The drug does not lower the risk.', 'The drug failed to lower the risk.'],
    ['The drug does not lower the risk.', 'No lower risk was seen with the drug.'],
    ['Visitors may not smoke here.', 'Smoking is prohibited.'],
    ['It answers "yes" or "no".', 'The machine halts and answers "yes" or "no".'],
    ['这里不能吸烟。', '这里禁止吸烟。'],
    ['The price did not change.', 'The price stayed unchanged.'],
    ['The drug does not prevent the disease.', 'The disease is not prevented by the drug.'],
    ['Reports are due no later than Friday.', 'Reports are due by Friday.'],
    ['It takes not more than a day.', 'It takes a day at most.'],
    ['It is not only fast.', 'It is fast and small.'],
    ['It doesn’t just run on Linux.', 'It runs on Linux and on others.'],
  ])('%s = %s', (claim, source) => {
    expect(contradicts(claim, source)).toBe(false);
  });
});

test('no text is against itself', () => {
  const words =
    'not no never without cannot dogs cats are is welcome , . but and only unpaid prohibited fails 不 没有 禁止 免费 猫 可以 进入 ， 。';
  const text = fc
    .tuple(fc.array(fc.constantFrom(...words.split(' ')), { maxLength: 14 }), fc.constantFrom(' ', ''))
    .map(([chosen, between]) => chosen.join(between));
  fc.assert(
    fc.property(text, (said) => {
      expect(contradicts(said, said)).toBe(false);
    }),
    { examples: [['dogs are welcome , cats are not .'], ['请回答“是”或“不”']] },
  );
});
