import { describe, expect, it } from 'vitest';
import { leastCosine, sameQuestion } from './same-question.ts';

/** A question at an angle to the first axis. */
const at = (question: string, cosine = 1) => ({
  question,
  vector: Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine)),
});
const asked = at('How do I reset the pump?');

describe('sameQuestion', () => {
  it('takes near vectors with the same specifics for the same question', () => {
    expect(sameQuestion(asked, at('How can I reset the pump?', leastCosine + 0.01))).toBe(true);
    expect(sameQuestion(asked, at('How can I reset the pump?', leastCosine - 0.01))).toBe(false);
  });

  it('takes no vector for an answer to another number, however near it is', () => {
    expect(sameQuestion(at('How much in 2023?'), at('How much in 2024?', 0.999))).toBe(false);
  });

  it('takes a question that differs in politeness and signs for the same, although its vector is further off', () => {
    expect(sameQuestion(asked, at('please tell me: how do i reset the pump', 0.9))).toBe(true);
    expect(sameQuestion(asked, at('How do I reset the pump', 0.5))).toBe(false);
  });

  it('compares vectors of one model only', () => {
    expect(sameQuestion(asked, { ...asked, vector: Float32Array.of(1) })).toBe(false);
  });
});
