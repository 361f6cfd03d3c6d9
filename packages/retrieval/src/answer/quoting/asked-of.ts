import { hasHan, searchTerms } from '@winnow/text';
import { waysToWrite } from './joined-terms.ts';

/** What a question asks for. */
export interface Asked {
  /** As it was asked. */
  readonly question: string;
  /** Its distinct terms without the words that only ask, each with the joined words and currency codes that stand for it too. */
  readonly wanted: readonly WantedTerm[];
  /** `how many`, `how long`, `最大多少`: an answer has a number. */
  readonly amount: boolean;
  /** `what is the default`, `默认`: an answer says it together with a value. */
  readonly byDefault: boolean;
  /** `how do I`, `怎样`: an answer has a step or a command. */
  readonly way: boolean;
  /** `why`, `为什么`: an answer is said in sentences. */
  readonly reason: boolean;
  /** `which`, `哪些`: an answer may be a list. */
  readonly several: boolean;
  /** It is written in Han characters: texts share fewer of their pairs than of English words. */
  readonly inHan: boolean;
}

export interface WantedTerm {
  readonly term: string;
  readonly alsoBy: readonly string[];
  /**
   * What it counts for before it is known how rare it is: 1, less for a single Han character, and more for a word in
   * Latin letters among Han, which is mostly a name and stands beside several pairs of each Han word.
   */
  readonly weight: number;
}

/** Words that ask, and what stands around them. */
const askingEnglish =
  /\b(?:how (?:many|much|long|often|large|big|far|fast|old|do|does|can|could|should|would|to|is|are)|how|what(?:'s)?|which|who|whom|whose|when|where|why|(?:do|does|did|can|could|should|would|will|may|might|must|shall)(?: (?:i|we|you|one|it|they))?|is there|are there|there|any|am|was|were|been|being|has|have|had|having|i|me|my|mine|we|us|our|you|your|its?|he|she|they|them|his|her|please|tell|happens?|takes? place|mean(?:s|ing)?|want|need|get(?:ting)?|make|made|use|using|used|some|after|before|so|from|than|about|out|when|while)\b/gi;
const askingChinese =
  /怎么样|怎麼樣|怎么办|怎麼辦|怎样|怎樣|怎么|怎麼|如何|什么时候|什麼時候|为什么|為什麼|什么|什麼|哪些|哪个|哪個|哪里|哪裡|哪种|哪種|哪几|哪幾|多少|多大|多长|多長|多久|几个|幾個|几次|几天|是否|能不能|可不可以|能否|可以|请问|請問|想要|应该|應該|需要|有没有|有沒有|没有|一个|一個|一下|意思|以后|之后|时候|呢|吗|嗎/gu;
const emptyHan = new Set(
  '的了吗呢么是在有我你它和与及就都也要会能可上下里中个这那什哪怎样如何多少几一不以为嗎麼為會個這樣幾裡與對对把被给用想请问到',
);
/** `是` of `是什么`, `的` of `的有哪些`: left alone, it would make a pair with what is before. */
const looseHan = /[的了是有在会能要]+(?=$|[\s\p{P}])/gu;
const han = /^\p{Script=Han}$/u;
const weightOfCharacter = 0.3;
const weightOfName = 2.5;
const version = /^\d+(?:\.\d+)+$/;
const latinWord = /^[a-z][a-z\d.+#-]+$/;

/** Money is asked for by name and written by code. */
const currencyCodes: ReadonlyMap<string, string> = new Map([
  ['dollar', 'usd'],
  ['euro', 'eur'],
  ['pound', 'gbp'],
  ['yen', 'jpy'],
  ['yuan', 'cny'],
  ['美元', 'usd'],
  ['欧元', 'eur'],
]);

const amountEnglish =
  /\bhow (?:many|much|long|often|large|big|far|fast|old|high|tall|heavy)\b|\b(?:maximum|minimum|max|min|default (?:value|size|port|time ?out)|which port|what port|what percentage|number of)\b|\bwhat(?:'s| is| are) the [^?]*\blimits?\b/i;
/** What is the largest that is allowed: not which one is the largest. */
const bound =
  /\b(?:largest|biggest|longest|highest|smallest|shortest|lowest)\b[^?]*\b(?:allow(?:s|ed)?|accept(?:s|ed)?|permit(?:s|ted)?|possible|size|value|can|may)\b/i;
const amountChinese =
  /多少|多大|多长|多長|多久|多高|多快|几[个次天年小分秒条种篇]|幾|最大|最多|最少|最小|上限|端口|第几/u;
const byDefault = /\bdefaults?\b|默认|預設/i;
const wayEnglish =
  /\bhow (?:do|does|can|could|should|would|to)\b|\bhow (?:i|we|you)\b|^\W*can (?:i|we|you|one)\b|\bways? to\b|\bcommand\b|\bsteps?\b|\bprocedure\b/i;
const wayChinese = /怎样|怎樣|怎么(?!样|会)|怎麼(?!樣)|如何|命令|步骤|步驟|流程/u;
const reason = /\bwhy\b|\bwhat(?:'s| is| are)? the reasons?\b|为什么|為什麼|为何|為何|原因/i;
const severalEnglish = /\bwhich\b|\bwhat (?:are|do|kinds?|types?)\b|\blist\b/i;
const severalChinese = /哪些|哪几|有什么|列出|分别/u;

/** What a question in English or Chinese asks for; of another language its words count alike. */
export function askedOf(question: string): Asked {
  const rest = question.replace(askingEnglish, ' ').replace(askingChinese, ' ').replace(looseHan, ' ');
  const meaning = withoutParts(searchTerms(rest).filter((term) => !emptyHan.has(term)));
  const terms = meaning.length > 0 ? meaning : searchTerms(question);
  const inHan = hasHan(question);
  const weightOf = (term: string) =>
    han.test(term)
      ? weightOfCharacter
      : (inHan && latinWord.test(term)) || version.test(term)
        ? weightOfName
        : 1;
  const wanted = new Map(
    waysToWrite(terms).map(([term, joined]) => {
      const code = currencyCodes.get(term);
      const alsoBy = code === undefined ? joined : [...joined, code];
      return [term, { term, alsoBy, weight: weightOf(term) }];
    }),
  );
  return {
    question,
    wanted: [...wanted.values()],
    amount: amountEnglish.test(question) || bound.test(question) || amountChinese.test(question),
    byDefault: byDefault.test(question),
    way: wayEnglish.test(question) || wayChinese.test(question),
    reason: reason.test(question),
    inHan,
    several: severalEnglish.test(question) || severalChinese.test(question),
  };
}

/** Without the numbers that a version is written with: `4.7.2` asks for nothing that has a 4 and a 7. */
function withoutParts(terms: readonly string[]): readonly string[] {
  const parts = new Set(terms.filter((term) => version.test(term)).flatMap((term) => term.split('.')));
  return terms.filter((term) => !parts.has(term));
}

/** Whether one of the words stands for the term. */
export function holds(terms: ReadonlySet<string>, { term, alsoBy }: WantedTerm): boolean {
  return terms.has(term) || alsoBy.some((joined) => terms.has(joined));
}
