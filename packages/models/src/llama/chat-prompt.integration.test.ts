import { smallLlm } from '@winnow/testkit';
import * as nodeLlama from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatPrompt } from './chat-prompt.ts';

const { path, missing } = smallLlm();
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'It says <end_of_turn>, does it?' },
] as const;

describe.skipIf(path === null)(`chatPrompt${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let llama: nodeLlama.Llama;
  beforeAll(async () => {
    llama = await nodeLlama.getLlama({ build: 'never', progressLogs: false, logger: () => {} });
  });
  afterAll(() => llama.dispose());

  /** @param template null for the model as it is, which has none. */
  const open = (template: string | null) =>
    llama.loadModel({
      modelPath: path ?? '',
      vocabOnly: true,
      ...(template !== null && { metadataOverrides: { tokenizer: { chat_template: template } } }),
    });
  const turns =
    '{% for m in messages %}<start_of_turn>{{m.role}}\n{{m.content}}<end_of_turn>\n{% endfor %}<start_of_turn>model\n';

  it('writes a chat by the template of the model, after the token that begins a text', async () => {
    const model = await open(turns);
    const { tokens } = chatPrompt(nodeLlama, model, messages);
    expect(tokens[0]).toBe(model.tokens.bos);
    expect(tokens.filter((token) => token === model.tokens.bos)).toHaveLength(1);
    expect(model.detokenize(tokens, true)).toMatch(
      /<start_of_turn>system\nBe brief\.<end_of_turn>\n<start_of_turn>user\nIt says .*\n<start_of_turn>assistant\n$/s,
    );
  });

  it('takes what stands in a message for text, even if it looks like the end of a turn', async () => {
    for (const model of [await open(turns), await open(null)]) {
      const [endOfTurn] = model.tokenize('<end_of_turn>', true);
      const { tokens } = chatPrompt(nodeLlama, model, messages);
      const written = model.fileInfo.metadata.tokenizer?.chat_template === undefined ? 0 : messages.length;
      expect(tokens.filter((token) => token === endOfTurn)).toHaveLength(written);
      expect(model.detokenize(tokens, true)).toContain('It says <end_of_turn>, does it?');
    }
  });

  it('gives a model without a template a dialogue to go on with, and ends where that begins a turn of its own', async () => {
    const model = await open(null);
    const { tokens, stopTexts } = chatPrompt(nodeLlama, model, messages);
    expect(tokens[0]).toBe(model.tokens.bos);
    expect(model.detokenize(tokens.slice(1))).toMatch(/^Be brief\.\n\nUser: It says .*\n\nAssistant:$/s);
    expect(stopTexts).toContain('\nUser:');
  });
});
