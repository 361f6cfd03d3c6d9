import { describe, expect, it } from 'vitest';
import { listwiseQuestion, pointwiseQuestion } from './judge-prompt.ts';
import { parseJudgements } from './parse-judgements.ts';

const questions = [pointwiseQuestion('q', 'p'), listwiseQuestion('q', ['p', 'r'])];

describe('judge questions', () => {
  it('show no answer that a weak model could repeat as its own', () => {
    for (const { messages } of questions) {
      for (const { content } of messages) {
        expect(parseJudgements(content, 1)).toEqual([]);
        expect(parseJudgements(content, 2)).toEqual([]);
      }
    }
  });

  it('ask for JSON in the subset that servers with structured output share', () => {
    for (const { json } of questions) {
      const known =
        /"(type|properties|required|additionalProperties|items|enum|quote|grade|reason|passages?)":/g;
      const keys = JSON.stringify(json?.schema).match(/"\w+":/g) ?? [];
      expect(keys.filter((key) => key.match(known) === null)).toEqual([]);
      for (const schema of objectsIn(json?.schema)) {
        expect(schema).toMatchObject({ additionalProperties: false });
        expect(schema.required).toEqual(Object.keys(schema.properties));
      }
    }
  });

  it('say the same before every passage, so that a provider can keep it', () => {
    expect(pointwiseQuestion('a', 'b').messages[0]).toEqual(questions[0]?.messages[0]);
    expect(listwiseQuestion('a', ['b']).messages[0]).toEqual(questions[1]?.messages[0]);
  });
});

interface ObjectSchema {
  readonly properties: object;
  readonly required: readonly string[];
}

function objectsIn(schema: unknown): readonly ObjectSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(objectsIn);
  return 'properties' in schema ? [schema as unknown as ObjectSchema, ...inner] : inner;
}
