import type { DocumentId } from '@winnow/core';
import { documentIdOf } from '@winnow/testkit';
import { describe, expect, it } from 'vitest';
import { sourcesOf, type TestSource } from '../../test-sources.ts';
import { askedOf } from './asked-of.ts';
import { chooseQuotes } from './choose-quotes.ts';
import { quoteSectionsOf } from './quote-unit.ts';
import type { UnitScore } from './score-units.ts';
import { noEvidence, plainFit } from './test-scores.ts';
import { writeQuote } from './write-quotes.ts';

const least = { least: 0, together: 0, near: 0, missingName: 0, term: 0 };
const limits = {
  evidence: least,
  evidenceUnderHeadings: least,
  evidenceInHan: least,
  evidenceUnderHeadingsInHan: least,
  gap: 0.2,
  goal: 120,
};

/** Units scored by the text they hold; others get 0.1. Evidence is always enough. */
function quoted(
  question: string,
  texts: readonly (string | TestSource)[],
  scores: Readonly<Record<string, number>>,
  asAsked = limits,
): string {
  const scored = quoteSectionsOf(
    sourcesOf(...texts.map((text) => (typeof text === 'string' ? { text } : text))),
  ).flatMap((section) =>
    section.units.map((unit): UnitScore => {
      const score = Object.entries(scores).find(([piece]) => unit.text.includes(piece))?.[1] ?? 0.1;
      const evidence = { ...noEvidence, coverage: 1, likeness: 1 };
      return {
        section,
        unit,
        evidence,
        overlap: score,
        likeness: Math.max(score, 0.4),
        fit: plainFit,
        rank: 1,
        early: 0,
        score,
      };
    }),
  );
  return chooseQuotes(askedOf(question), scored, asAsked).map(writeQuote).join('\n\n');
}

describe('chooseQuotes', () => {
  it('quotes one place in the order of the document, filled up to three sentences', () => {
    const text = 'The pump is old. It leaks. Nobody knows why. Somebody will look at it in spring.';
    expect(quoted('Is the pump leaking?', [text], { 'It leaks': 1 })).toBe(
      'The pump is old. It leaks. Nobody knows why. [1]',
    );
  });

  const upgrade =
    'Take care.\n\n1. Stop the collector:\n\n   ```\n   systemctl stop collector\n   ```\n\n2. Back up the folder.\n3. Install the package:\n\n   ```\n   apt install gateway\n   ```\n\n4. Start the collector.\n\nIt then reports its version.';

  it.each([
    ['How do I upgrade the gateway?', 'Install'],
    ['What are the steps of the upgrade?', 'Back up'],
  ])('leaves out no step of a procedure, nor the code between them: %s', (question, best) => {
    const answer = quoted(question, [upgrade], { [best]: 1 });
    for (const step of ['1. Stop', 'systemctl stop', '2. Back up', '3. Install', 'apt install', '4. Start'])
      expect(answer).toContain(step);
  });

  it('shows all of a short table where nothing tells which row is meant, and marks what it leaves out of a long one', () => {
    const row = (from: number) => `| ${from} to ${from + 9} years | ${from + 20} days |`;
    const table = (count: number) =>
      ['| Service | Leave |', '|---|---|', ...Array.from({ length: count }, (_, at) => row(at * 10))].join(
        '\n',
      );
    const question = 'How much leave do I have after 12 years?';
    const short = quoted(question, [table(4)], { 'Service: 0 to': 1, 'to 29': 0.95, 'to 39': 0.95 });
    expect(short.split('\n')).toHaveLength(4);
    const long = quoted(question, [table(12)], { 'Service: 0 to': 1, 'to 29': 0.95 });
    expect(long).toBe(
      'Service: 0 to 9 years; Leave: 20 days [1]\n…\nService: 20 to 29 years; Leave: 40 days [1]',
    );
  });

  it('keeps paragraphs apart, and the number of an extension with the sentence', () => {
    const text = '第四条 违约\n\n一级故障未按时解决的，减免当月费用。\n\nPayroll: Ben, ext. 2055.';
    expect(quoted('一级故障？', [text], { 一级: 1 })).toContain('第四条 违约 [1]\n一级故障');
    expect(
      quoted('Who is payroll?', ['Payroll: Ben, ext. 2055. Others: ext. 11.'], { Payroll: 1 }),
    ).toContain('Payroll: Ben, ext. 2055.');
  });

  it('begins before a sentence that leans on the one before it', () => {
    const filler =
      'This sentence is long enough to leave no room for any other one beside it, whatever it may say.';
    const text = `It is sent once. Otherwise it is sent again for a day. ${filler}`;
    expect(quoted('How long is it sent?', [text], { 'Otherwise it': 1 })).toBe(
      'It is sent once. Otherwise it is sent again for a day. [1]',
    );
  });

  it('quotes the list that a colon announces, whole', () => {
    const text = 'It has two modes:\n\n- embedded\n- full\n\nBoth are the same code.';
    const whole = 'It has two modes: [1]\n- embedded [1]\n- full [1]';
    expect(quoted('Which modes does it have?', [text], { modes: 1 })).toBe(whole);
    expect(quoted('Which modes does it have?', [text], { embedded: 1 })).toBe(whole);
  });

  it('quotes the command that a way to do something is asked for, with what leads to it', () => {
    const text =
      '## Backup\n\nA backup is one file.\n\n```sh\nif true; then\n  winnow archive a b\nfi\n```\n';
    const code = '```\nif true; then\n  winnow archive a b\nfi\n```';
    expect(quoted('How do I make a backup?', [text], { 'one file': 1 })).toBe(
      `A backup is one file. [1]\n\n${code}`,
    );
    expect(quoted('How do I make a backup?', [text], { archive: 1 })).toBe(
      `A backup is one file. [1]\n\n${code}`,
    );
    expect(quoted('What is a backup?', [text], { 'one file': 1 })).toBe('A backup is one file. [1]');
  });

  it('names the source of a command that stands in the next chunk, too', () => {
    const documentId = 'd' as DocumentId;
    const words = { documentId, position: 0, start: 0, end: 21, text: 'A backup is one file.' };
    const command = { documentId, position: 1, start: 23, end: 51, text: '```sh\nwinnow archive a b\n```' };
    expect(quoted('How do I make a backup?', [words, command], { 'one file': 1 })).toBe(
      'A backup is one file. [1][2]\n\n```\nwinnow archive a b\n```',
    );
  });

  it('quotes the command that stands before its explanation, too', () => {
    const text = '## Nightly\n\n```\nrun --at 3\n```\n\nEvery night at three.';
    expect(quoted('How do I run it every night?', [text], { 'Every night': 1 })).toBe(
      'Nightly: [1]\n\n```\nrun --at 3\n```\nEvery night at three. [1]',
    );
  });

  it('leads code in by its heading where an `Example:` says nothing of it', () => {
    expect(quoted('How do I stop?', ['## Stop\n\nExample:\n\n```\nhalt\n```'], { halt: 1 })).toBe(
      'Stop: [1]\n\n```\nhalt\n```',
    );
  });

  it('quotes the number near by where a number is asked', () => {
    const sentence = `The maximum payload that the server accepts, ${'whatever it is made of, '.repeat(4)}in bytes.`;
    const text = `- Default: \`1048576\`\n\n${sentence}`;
    expect(quoted('What is the maximum payload?', [text], { payload: 1 })).toContain('1048576');
    expect(quoted('What is a payload?', [text], { payload: 1 })).not.toContain('1048576');
  });

  it('quotes one item of a long list where one thing is asked', () => {
    const items = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `- ${name} is ${name}`).join('\n');
    const text = `It has these options:\n\n${items}`;
    expect(quoted('What is the option c?', [text], { 'c is c': 1 })).toBe('- c is c [1]');
    expect(quoted('Which options does it have?', [text], { 'c is c': 1 })).toContain('- g is g');
  });

  it('quotes a command from elsewhere in the document where a way is asked and the best place has none', () => {
    const text = '# Timer\n\nIt runs by itself at night.\n\n## Set one\n\n```\ntimer set 3\n```';
    const command = 'Set one: [1]\n\n```\ntimer set 3\n```';
    expect(quoted('How do I run it at night?', [text], { 'by itself': 1, 'timer set': 0.6 })).toContain(
      command,
    );
    expect(quoted('When does it run?', [text], { 'by itself': 1, 'timer set': 0.6 })).not.toContain(command);
  });

  it('leads code that stands alone in by its heading', () => {
    expect(quoted('How do I make a backup?', ['## Backup\n\n```\nrun\n```'], { run: 1 })).toBe(
      'Backup: [1]\n\n```\nrun\n```',
    );
  });

  it('quotes of long code the stanza that answers, with those beside it that are nearly as good', () => {
    const stanzas = Array.from({ length: 10 }, (_, index) => `// Number ${index}:\nrun(${index})`);
    const text = `## Usage\n\n\`\`\`\n${stanzas.join('\n\n')}\n\`\`\``;
    const [fourth, fifth] = stanzas.slice(4);
    const last = stanzas.at(-1);
    expect(quoted('How do I run number 4?', [text], { 'Number 4': 1 })).toBe(
      `Usage: [1]\n\n\`\`\`\n${fourth}\n\`\`\``,
    );
    expect(
      quoted('How do I run number 4?', [text], { 'Number 4': 1, 'Number 5': 0.9, 'Number 9': 0.9 }),
    ).toBe(`Usage: [1]\n\n\`\`\`\n${fourth}\n\n${fifth}\n\n…\n\n${last}\n\`\`\``);
  });

  it('quotes what answers a question that the text itself asks', () => {
    const text =
      'They can be written by hand. So why are templates preferred?\n\n1. They are near to HTML.\n2. They are analysed.\n\nIt is a choice.';
    expect(quoted('Why are templates preferred?', [text], { 'preferred?': 1 })).toBe(
      'They can be written by hand. So why are templates preferred? [1]\n1. They are near to HTML. [1]\n2. They are analysed. [1]',
    );
  });

  it('quotes what else of the section is nearly as good, on a line of its own', () => {
    const filler = `${'This sentence is about something else, and '.repeat(4)}it is long.`;
    const text = `## Sending\n\nIt is sent once. ${filler} ${filler} The key is in a file.`;
    const other = { text: '## Keys\n\nThe key is a secret.', documentId: documentIdOf('other') };
    const scores = { 'sent once': 1, 'in a file': 0.85, 'a secret': 0.9 };
    expect(quoted('When is it sent?', [text, other], scores)).toBe(
      'It is sent once. [1]\nThe key is in a file. [1]',
    );
    expect(quoted('When is it sent?', [text], { ...scores, 'in a file': 0.7 })).toBe('It is sent once. [1]');
  });

  it('quotes of code that a chunk cuts no stanza that may be cut', () => {
    const text = 'run(1)\n\n// Two:\nrun(2);\nstop(2);\n\nrun(3)\n```\n\nThat was it.';
    expect(quoted('How do I run it?', [text], { 'run(1)': 1, 'Two:': 0.9 })).toContain('run(2);\nstop(2);');
    expect(quoted('How do I run it?', [text], { 'run(1)': 1, 'Two:': 0.9 })).not.toContain('run(1)');
    const begun = '```js\nrun(1)\n\nrun(2)\n\nrun(3';
    expect(quoted('How do I run it?', [begun], { 'run(3': 1, 'run(2)': 0.9 })).not.toContain('run(3');
  });

  it('asks for more under headings, as documentation has them', () => {
    const demanding = { ...limits, evidenceUnderHeadings: { ...least, least: 9, together: 9 } };
    expect(quoted('Is it blue?', ['It is blue.'], { blue: 1 }, demanding)).toContain('blue');
    expect(quoted('Is it blue?', ['# Colours\n\nIt is blue.'], { blue: 1 }, demanding)).toBe('');
  });

  it('quotes a row alone, and those beside it that are nearly as good', () => {
    const text = '| kind | what |\n|---|---|\n| stale | old |\n| orphan | nobody’s |\n| lost | gone |';
    expect(quoted('What does orphan mean?', [text], { orphan: 1 })).toBe('kind: orphan; what: nobody’s [1]');
    expect(quoted('What is lost or orphan?', [text], { orphan: 1, lost: 0.9 })).toBe(
      'kind: orphan; what: nobody’s [1]\nkind: lost; what: gone [1]',
    );
  });

  it('quotes a second place only where it is near and says what the first leaves out', () => {
    const [pump, valve] = ['# Pump\n\nThe pump weighs 4 kg.', '# Valve\n\nThe valve weighs 1 kg.'];
    const question = 'What do the pump and the valve weigh?';
    expect(quoted(question, [pump, valve], { pump: 1, valve: 0.9 })).toBe(
      'The pump weighs 4 kg. [1]\n\nThe valve weighs 1 kg. [2]',
    );
    expect(quoted(question, [pump, valve], { pump: 1, valve: 0.5 })).toBe('The pump weighs 4 kg. [1]');
    expect(quoted(question, [pump, '# Pump\n\nA pump may weigh 5 kg.'], { weighs: 1, may: 0.95 })).toBe(
      'The pump weighs 4 kg. [1]',
    );
  });

  it('fills a short text by itself up with others that are near, whole, to three', () => {
    const question = 'Does it come in white?';
    const scores = { black: 1, white: 0.8, green: 0.7, mine: 0.65, like: 0.2 };
    const black = 'Only in black.';
    const filled = quoted(question, [black, 'Never saw a white one. Sorry.', 'I like it.'], scores);
    expect(filled).toBe('Only in black. [1]\n\nNever saw a white one. Sorry. [2]');
    expect(quoted(question, [black, 'In white too.', 'It is green.', 'So is mine.'], scores)).toBe(
      'Only in black. [1]\n\nIn white too. [2]\n\nIt is green. [3]',
    );
    const long = `A green one ${'would look so much better there, '.repeat(4)}I think.`;
    expect(quoted(question, [black, long, 'Black only.', 'So is mine.'], scores)).toBe(
      'Only in black. [1]\n\nSo is mine. [4]',
    );
    expect(quoted(question, [black, '# Colours\n\nIt is green.'], scores)).toBe('Only in black. [1]');
  });

  it('answers from short texts of which none is enough alone, where several are near', () => {
    const question = 'Does it fit a 1995 Corsair?';
    const strict = { ...least, least: 9, together: 0.4 };
    const asAsked = {
      ...limits,
      evidence: strict,
      evidenceUnderHeadings: strict,
      evidenceInHan: { ...strict, together: 9 },
    };
    const texts = ['It fits any car.', 'Mine fits well.', 'Fits all of them.'];
    const ask = (from: readonly string[], words = question) =>
      quoted(words, from, { blue: 0.9, it: 0.5 }, asAsked);
    expect(ask(texts)).toContain('It fits any car. [1]');
    expect(ask(texts.slice(0, 1))).toBe('');
    expect(ask(texts.map((text) => `# Fit\n\n${text}`))).toBe('');
    expect(ask([...texts, '# Corsair\n\nIt is blue.'])).toBe('');
    expect(ask(texts, '适合我的车吗？')).toBe('');
  });
});
