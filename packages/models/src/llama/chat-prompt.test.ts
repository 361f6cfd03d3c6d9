import { expect, it } from 'vitest';
import { plainText } from './chat-prompt.ts';

it('writes a chat as a dialogue that the model goes on with', () => {
  const messages = [
    { role: 'system', content: 'Answer in one sentence.' },
    { role: 'user', content: 'What is Winnow?' },
    { role: 'assistant', content: 'A search system.' },
    { role: 'user', content: 'For what?' },
  ] as const;
  expect(plainText(messages)).toBe(
    'Answer in one sentence.\n\nUser: What is Winnow?\n\nAssistant: A search system.\n\nUser: For what?\n\nAssistant:',
  );
});
