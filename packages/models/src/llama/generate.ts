import { AppError, type ChatRequest, type Logger } from '@winnow/core';
import type { Llama, LlamaContextSequence, LlamaGrammar, Token } from 'node-llama-cpp';
import { createThoughtFilter } from '../chat/thought-filter.ts';
import type { ChatPrompt } from './chat-prompt.ts';
import { type LoadedLlama, promptSlice } from './load-llama.ts';
import { createStopTexts } from './stop-texts.ts';

/** What one generation takes and gives; counts grow while it runs. */
export interface Generation {
  inputTokens: number;
  outputTokens: number;
}

export interface GenerateOptions {
  readonly signal: AbortSignal;
  readonly onText: (text: string) => void;
  readonly log: Logger;
}

/**
 * Answers one chat, always with the likeliest token. The sequence must not be used by anybody else meanwhile.
 * @param counts is filled in.
 * @throws AppError `invalid_argument` if the chat is too long; by the signal between two tokens, or between two
 * slices of the prompt.
 */
export async function generate(
  loaded: LoadedLlama,
  sequence: LlamaContextSequence,
  request: ChatRequest,
  counts: Generation,
  { signal, onText, log }: GenerateOptions,
): Promise<'stop' | 'length'> {
  const prompt = loaded.writeChat(request.messages);
  const room = loaded.contextTokens - prompt.tokens.length;
  if (room < 1) throw tooLong(prompt.tokens.length, loaded.contextTokens);
  const grammar = request.json === null ? null : await grammarOf(loaded, request.json.schema, log);
  await sequence.clearHistory();
  await readPrompt(sequence, prompt.tokens.slice(0, -1), counts, signal);
  const limit = Math.min(request.maxOutputTokens, room);
  const texts = answerTexts(loaded, sequence, { prompt, grammar, limit, signal, counts });
  const stops = createStopTexts([...prompt.stopTexts, ...(grammar === null ? [] : [endOfJson])]);
  const thoughts = createThoughtFilter(grammar === null && prompt.opensThoughts);
  const give = (text: string) => {
    if (text !== '') onText(text);
  };
  for await (const text of texts) {
    give(thoughts.add(stops.add(text)));
    if (stops.stopped) break;
  }
  give(thoughts.add(stops.rest()));
  give(thoughts.rest());
  return counts.outputTokens >= limit && !stops.stopped ? 'length' : 'stop';
}

/** Grammars of the package end so. */
const endOfJson = '\n'.repeat(4);

/** A schema that the package cannot turn into a grammar leaves any JSON. */
async function grammarOf({ llama }: LoadedLlama, schema: object, log: Logger): Promise<LlamaGrammar> {
  try {
    if (isGrammarSchema(schema)) return await llama.createGrammarForJsonSchema(schema);
  } catch (error) {
    log.debug({ event: 'llama-schema-refused', error: AppError.from(error) });
  }
  return llama.getGrammarFor('json');
}

type GrammarSchema = Parameters<Llama['createGrammarForJsonSchema']>[0];

/** Says what it is in one of the ways that the package knows; what is inside, the package checks itself. */
function isGrammarSchema(schema: object): schema is GrammarSchema {
  return ['type', 'const', 'enum', 'oneOf', '$ref'].some((keyword) => keyword in schema);
}

async function readPrompt(
  sequence: LlamaContextSequence,
  tokens: readonly Token[],
  counts: Generation,
  signal: AbortSignal,
): Promise<void> {
  for (let start = 0; start < tokens.length; start += promptSlice) {
    if (signal.aborted) throw AppError.from(signal.reason);
    const slice = tokens.slice(start, start + promptSlice);
    counts.inputTokens += slice.length;
    await sequence.evaluateWithoutGeneratingNewTokens(slice);
  }
}

interface AnswerOptions {
  readonly prompt: ChatPrompt;
  readonly grammar: LlamaGrammar | null;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly counts: Generation;
}

/** Texts of one or more whole characters, up to the end of the answer or the limit. */
async function* answerTexts(
  { package: { LlamaGrammarEvaluationState }, model }: LoadedLlama,
  sequence: LlamaContextSequence,
  { prompt, grammar, limit, signal, counts }: AnswerOptions,
): AsyncIterable<string> {
  counts.inputTokens += 1;
  const tokens = sequence.evaluate(prompt.tokens.slice(-1), {
    temperature: 0,
    ...(grammar !== null && { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }),
  });
  let given: Token[] = [];
  let pending: Token[] = [];
  for await (const token of tokens) {
    if (signal.aborted) throw AppError.from(signal.reason);
    if (prompt.stopTokens.has(token)) return;
    counts.outputTokens += 1;
    pending.push(token);
    const text = model.detokenize(pending, false, given);
    if (!text.endsWith(unfinished) || pending.length >= longestCharacter) {
      yield text;
      given = [...given, ...pending].slice(-longestCharacter);
      pending = [];
    }
    if (counts.outputTokens >= limit) return;
  }
}

/** What a character looks like of which some tokens are still to come; where none come, it is left out. */
const unfinished = '\ufffd';
/** Tokens that a character has at most: one for each of its bytes. */
const longestCharacter = 4;

function tooLong(tokens: number, contextTokens: number): AppError {
  return new AppError(
    'invalid_argument',
    `the chat has ${tokens} tokens where the model has room for ${contextTokens} with its answer: shorten it or give the model more context`,
    { context: { tokens, contextTokens } },
  );
}
