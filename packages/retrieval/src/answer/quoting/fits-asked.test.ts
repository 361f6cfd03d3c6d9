import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { fitsAsked, turnsRound } from './fits-asked.ts';
import { quoteSectionsOf } from './quote-unit.ts';

const fitOf = (question: string, text: string) => {
  const unit = quoteSectionsOf(sourcesOf({ text }))[0]?.units[0];
  if (unit === undefined) throw new Error('nothing to quote');
  return fitsAsked(askedOf(question), turnsRound(question), unit);
};

describe('fitsAsked', () => {
  it('wants a number for an amount', () => {
    expect(fitOf('How long is it kept?', 'It is kept for 24 hours.').amount).toBe(1);
    expect(fitOf('保留多久？', '之后分小步删除。').amount).toBe(-1);
    expect(fitOf('Why is it kept?', 'It is kept for 24 hours.').amount).toBe(0);
  });

  it('wants code where a way to do something is asked', () => {
    expect(fitOf('How do I go back?', '```\nwinnow rollback\n```').code).toBe(1);
    expect(fitOf('How do I go back?', 'Run `winnow rollback`.').code).toBe(0.75);
    expect(fitOf('How do I go back?', 'There is `rollback`.').code).toBe(0.5);
    expect(fitOf('How do I go back?', '[`back`](https://example.com/back): for going back.').code).toBe(0);
    expect(fitOf('What is going back?', '```\nwinnow rollback\n```').code).toBe(0);
  });

  it('knows the row that explains a name', () => {
    const table = '| kind | what |\n|---|---|\n| `orphan` | belongs to nobody |';
    expect(fitOf('What does orphan mean?', table).name).toBe(1);
    expect(fitOf('What does stale mean?', table).name).toBe(0);
  });

  it('knows the sentence that begins with what is asked for', () => {
    expect(fitOf('What do the exit codes mean?', 'The exit codes: 0 is done.').name).toBe(1);
    expect(fitOf('What do the exit codes mean?', 'It fails with an exit code.').name).toBe(0);
    expect(fitOf('退出码是什么意思？', '退出码：0 是完成。').name).toBe(1);
  });

  it('takes neither a table nor what leads to one for a reason', () => {
    expect(fitOf('Why is it slow?', '| way | seconds |\n|---|---|\n| slow | 9 |').unsaid).toBe(1);
    expect(fitOf('为什么慢？', '比较过几种办法：').unsaid).toBe(1);
    expect(fitOf('为什么慢？', '时间花在模型上。').unsaid).toBe(0);
    expect(fitOf('How slow is it?', '| way | seconds |\n|---|---|\n| slow | 9 |').unsaid).toBe(0);
  });
});

describe('turnsRound', () => {
  it.each([
    ['How large is the large model?', 'The small model has 20 MB.', true],
    ['How large is the large model?', 'The large model has 200 MB, the small one 20.', false],
    ['最大多少？', '最小 1 MB。', true],
    ['最大多少？', '最多 1 MB。', false],
    ['How do I enable it?', 'Set it to 0 to disable it.', true],
    ['How do I disable it?', 'Set it to 0 to disable it.', false],
  ])('%s – %s: %s', (question, text, expected) => {
    expect(turnsRound(question)(text)).toBe(expected);
  });
});
