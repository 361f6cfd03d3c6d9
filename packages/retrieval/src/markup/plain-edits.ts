/** A stretch of a text, and what stands in its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What stands in the place of an address that runs a script. */
const addressRemoved = '[link removed]';

/** What opens an element, a comment or a declaration in HTML; followed by a space, `<` is a sign like any other. */
const tag = /<(?=[a-z/!?])/gi;
const image = /!(?=\[)/g;
/** Schemes that run what stands behind them. The name of a language before a colon and a space is a word. */
const script =
  /(?<![a-z0-9])(?:(?:java|vb|live)script:(?=[!-~])|data:(?=[\w.+-]{1,64}\/|[,;]))(?:(?![<>"'`)\]])[!-~]){0,4096}/gi;
const beforeAddress = /\](?=[(:])/g;
/** An address that can be of no other scheme, closed on its line or followed by a title; or none any more. */
const safeAddress =
  /^(?:\(\[link removed\]\)|\(\s{0,8}(?:(?:https?:\/\/|mailto:)[^\s\\<>"'`]{0,2048}|[^\s:&\\<>"'`()]{0,2048})(?:\)|\s{1,8}["'(])|:\s{0,8}(?:(?:https?:\/\/|mailto:)\S|[^\s:&\\<>]{1,2048}(?:\s|$)))/i;

const longestAddress = 2_100;

/**
 * What makes the markup of a line, or a part of one that is no code, inert: HTML becomes text, images links, and links
 * that lead to something else than a page or a mailbox text.
 */
export function plainEdits(text: string): readonly Edit[] {
  const after = (pattern: RegExp) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ start: index + 1, end: index + 1, text: ' ' }));
  const addresses = after(beforeAddress).filter(
    ({ start }) => !safeAddress.test(text.slice(start, start + 2_100)),
  );
  const scripts = [...text.matchAll(script)].map(({ 0: address, index }) => ({
    start: index,
    end: index + address.length,
    text: addressRemoved,
  }));
  const spaces = [...after(tag), ...after(image), ...addresses].filter(
    ({ start }) => !scripts.some((removed) => removed.start < start && start < removed.end),
  );
  return [...spaces, ...scripts].sort((left, right) => left.start - right.start);
}

/** Whether a link or the definition of one stays in which more than an address can stand: a title takes up backticks. */
export function keepsTitles(text: string): boolean {
  return [...text.matchAll(beforeAddress)].some(({ index }) => {
    const kept = safeAddressAt(text, index + 1);
    return kept !== null && !kept.endsWith(')');
  });
}

function safeAddressAt(text: string, start: number): string | null {
  return safeAddress.exec(text.slice(start, start + longestAddress))?.[0] ?? null;
}
