import { markupSize } from './markup-size.ts';

/** Larger pages are read without building their tree. In UTF-16 code units. */
const maxTreeLength = 4_000_000;
/** Each takes some kilobytes and microseconds in the tree, more where they are nested deep. */
const maxTags = 100_000;
/** Pages of site builders come to 60. What an element costs grows with what it lies in. */
const maxDepth = 128;
/** Attributes of one element are looked up one after the other. */
const maxAttributes = 200;

/** Finding the main content takes ten times what the tree does. */
const maxTagsOfMainContent = 20_000;

/** Whether the main content of a page whose tree can be built is looked for. Linear. */
export function isTooHardForMainContent(html: string): boolean {
  return markupSize(html).tags > maxTagsOfMainContent;
}

/** Whether building the tree of a page would take more than its size is worth. Linear. */
export function isTooHardForTree(html: string): boolean {
  if (html.length > maxTreeLength) return true;
  const { tags, depth, attributes } = markupSize(html);
  return tags > maxTags || depth > maxDepth || attributes > maxAttributes;
}
