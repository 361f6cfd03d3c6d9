/** A question, and texts to compare it with: a model that understands them has the one on another subject last. */
export interface Trial {
  readonly query: string;
  readonly texts: readonly string[];
  /** One of the texts. */
  readonly offSubject: string;
}

const english: Trial = {
  query: 'What is machine learning?',
  texts: [
    'Machine learning is a branch of AI',
    'The weather is fine today',
    'Deep learning is a subfield of machine learning',
  ],
  offSubject: 'The weather is fine today',
};

const chinese: Trial = {
  query: '什么是机器学习？',
  texts: ['机器学习是AI的一个分支', '今天天气很好', '深度学习是机器学习的子领域'],
  offSubject: '今天天气很好',
};

/** Who knows both finds the answer in either. */
const both: Trial = {
  query: english.query,
  texts: ['Machine learning is a branch of AI', '今天天气很好', '深度学习是机器学习的子领域'],
  offSubject: chinese.offSubject,
};

/** @param language the only one that the model knows; null for a model of many. */
export function trialFor(language: 'en' | 'zh' | null): Trial {
  if (language === null) return both;
  return language === 'en' ? english : chinese;
}
