import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { fitsAsked, turnsRound } from './fits-asked.ts';
import { termsWithJoins } from './joined-terms.ts';
import { quoteSectionsOf } from './quote-unit.ts';

const fitOf = (question: string, text: string, title = '') => {
  const unit = quoteSectionsOf(sourcesOf({ text }))[0]?.units[0];
  if (unit === undefined) throw new Error('nothing to quote');
  return fitsAsked(askedOf(question), turnsRound(question), unit, termsWithJoins(title));
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

  it('wants code for nothing else, and a default with its value', () => {
    const code = '```\nwinnow rollback\n```';
    expect(fitOf('Where is it kept?', code).unaskedCode).toBe(1);
    expect(fitOf('How do I go back?', code).unaskedCode).toBe(0);
    const question = 'What is the default body limit?';
    for (const text of [
      'Default: `1048576` (1 MiB)',
      'It defaults to 80.',
      'Retries (default: 3).',
      'The default is "auto".',
    ])
      expect(fitOf(question, text).byDefault, text).toBe(1);
    expect(fitOf(question, 'Defaults to the limit of the server.').byDefault).toBe(0);
    expect(fitOf('What is the body limit?', 'Default: 80').byDefault).toBe(0);
    expect(fitOf('默认端口是多少？', '端口默认为 7700。').byDefault).toBe(1);
  });

  it('tells what only says where to read', () => {
    expect(fitOf('How do I read it?', 'See `open()` for when it is read.').elsewhere).toBe(1);
    expect(fitOf('怎样读取？', '参见备份指南。').elsewhere).toBe(1);
    expect(fitOf('How do I read it?', 'Open it to see what is read.').elsewhere).toBe(0);
  });

  it('takes the name of the document for no name that is asked for', () => {
    const text = '`fflate` can tell the format.';
    expect(fitOf('What level does fflate have?', text).name).toBe(1);
    expect(fitOf('What level does fflate have?', text, 'fflate').name).toBe(0);
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
