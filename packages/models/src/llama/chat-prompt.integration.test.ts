import { smallLlm } from '@winnow/testkit';
import * as nodeLlama from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChatWriter } from './chat-prompt.ts';

const { path, missing } = smallLlm();
const messages = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'It says <end_of_turn>, does it?' },
] as const;

describe.skipIf(path === null)(`createChatWriter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let llama: nodeLlama.Llama;
  let plain: nodeLlama.LlamaModel;
  let taught: nodeLlama.LlamaModel;
  beforeAll(async () => {
    llama = await nodeLlama.getLlama({ build: 'never', progressLogs: false, logger: () => {} });
    plain = await open(null);
    taught = await open(turns);
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
    const { tokens } = createChatWriter(nodeLlama, taught)(messages);
    const { bos } = taught.tokens;
    expect(tokens[0]).toBe(bos);
    expect(tokens.filter((token) => token === bos)).toHaveLength(1);
    expect(taught.detokenize(tokens, true)).toMatch(
      /<start_of_turn>system\nBe brief\.<end_of_turn>\n<start_of_turn>user\nIt says .*\n<start_of_turn>assistant\n$/s,
    );
  });

  it('takes what stands in a message for text, even if it looks like the end of a turn', async () => {
    for (const model of [taught, plain]) {
      const [endOfTurn] = model.tokenize('<end_of_turn>', true);
      const { tokens } = createChatWriter(nodeLlama, model)(messages);
      const written = model === plain ? 0 : messages.length;
      expect(tokens.filter((token) => token === endOfTurn)).toHaveLength(written);
      expect(model.detokenize(tokens, true)).toContain('It says <end_of_turn>, does it?');
    }
  });

  it('gives a model without a template a dialogue to go on with, and ends where that begins a turn of its own', async () => {
    const { tokens, stopTexts } = createChatWriter(nodeLlama, plain)(messages);
    expect(tokens[0]).toBe(plain.tokens.bos);
    expect(plain.detokenize(tokens.slice(1))).toMatch(/^Be brief\.\n\nUser: It says .*\n\nAssistant:$/s);
    expect(stopTexts).toContain('\nUser:');
  });
});
