/** A question with the texts a person would point at, any of them; none where nothing answers. */
export interface AskedQuestion {
  readonly id: string;
  readonly half: 'seen' | 'kept';
  readonly language: 'en' | 'zh';
  readonly question: string;
  readonly answers: readonly string[];
}

export interface Judgement {
  readonly question: AskedQuestion;
  readonly verdict: 'right' | 'silent' | 'wrong';
}

/** Judges an answer by containment; white space makes no difference. */
export function judge(
  question: AskedQuestion,
  { answer, abstained }: { readonly answer: string; readonly abstained: boolean },
): Judgement {
  const said = plain(answer);
  const holds = question.answers.some((text) => said.includes(plain(text)));
  const isRight = question.answers.length === 0 ? abstained : holds;
  return { question, verdict: isRight ? 'right' : abstained ? 'silent' : 'wrong' };
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A table of judgements, by half and language. */
export function overviewOf(judged: readonly Judgement[]): string {
  const groups = Map.groupBy(judged, ({ question }) => `${question.half} half, ${question.language}`);
  const rows = [...groups, ['all', judged] as const].map(([name, own]) => {
    const count = (verdict: Judgement['verdict']) => own.filter((one) => one.verdict === verdict).length;
    return `| ${name} | ${own.length} | ${count('right')} | ${count('wrong')} | ${count('silent')} |`;
  });
  return ['| | questions | right | wrong | silent |', '|---|---|---|---|---|', ...rows].join('\n');
}
