import { type Block, type ParsedDocument, type Place, placeOf, type Tokenizer } from '@winnow/core';
import { type Segment, segmentBlock } from './segment-block.ts';

/** Neighbouring blocks that may share chunks, in segments. */
export interface Section {
  /** The headings that all of it is under. */
  readonly headings: readonly string[];
  /** Where all of it stands: a passage over two pages would be cited by the wrong one. */
  readonly place: Place;
  /** Not empty. */
  readonly segments: readonly Segment[];
  readonly tokens: number;
}

/** Markup between two blocks (a rule, a fence) up to this many code units may lie inside a chunk. */
const maxGapUnits = 400;

export interface SectionLimits {
  readonly tokenizer: Tokenizer;
  /** Tokens that are left for text under these headings, ≥ 1. */
  readonly roomUnder: (headings: readonly string[]) => number;
}

/**
 * A document's blocks grouped by the headings they are under, small groups merged with their neighbours.
 * Linear in the length of the text.
 */
export function groupSections(document: ParsedDocument, limits: SectionLimits): readonly Section[] {
  const merged: Section[] = [];
  for (const section of sectionsOf(document, limits)) {
    const last = merged.at(-1);
    const joined = last === undefined ? null : mergeSmall(last, section, limits);
    if (joined === null) merged.push(section);
    else merged[merged.length - 1] = joined;
  }
  return merged;
}

function* sectionsOf(document: ParsedDocument, limits: SectionLimits): Generator<Section> {
  let headings: readonly string[] = [];
  let place: Place = {};
  let segments: Segment[] = [];
  let end = 0;
  for (const block of document.blocks) {
    const isApart =
      !isSamePath(headings, block.headings) || !isSamePlace(place, block) || block.start - end > maxGapUnits;
    if (segments.length > 0 && isApart) {
      yield { headings, place, segments, tokens: tokensOf(segments) };
      segments = [];
    }
    headings = block.headings;
    place = placeOf(block);
    const gap = segments.length === 0 ? 0 : gapTokens(document.text.slice(end, block.start), limits);
    for (const segment of segmentsAfter(segments, gap, block, document.text, limits)) segments.push(segment);
    end = block.end;
  }
  if (segments.length > 0) yield { headings, place, segments, tokens: tokensOf(segments) };
}

/**
 * A block's segments: the first one also pays for the markup before it, and leaves room for a heading above,
 * so that no heading is left alone at the end of a chunk.
 */
function* segmentsAfter(
  before: readonly Segment[],
  gap: number,
  block: Block,
  text: string,
  { tokenizer, roomUnder }: SectionLimits,
): Generator<Segment> {
  const room = roomUnder(block.headings);
  const taken = gap + (isOnlyHeadings(before) ? tokensOf(before) : 0);
  const maxTokens = taken < room / 2 ? room - taken : room;
  let extra = gap;
  for (const segment of segmentBlock(text, block, { tokenizer, maxTokens })) {
    yield extra === 0 ? segment : { ...segment, tokens: Math.min(segment.tokens + extra, room) };
    extra = 0;
  }
}

function gapTokens(gap: string, { tokenizer }: SectionLimits): number {
  return gap.trim() === '' ? 0 : tokenizer.count(gap);
}

/**
 * Joins what is shorter than a quarter of a chunk to its neighbour, else a page of one-line sections would
 * become hundreds of passages that say next to nothing: a short section to the one before it up to half a
 * chunk, any section to a short one before it up to a whole chunk, and a lone heading to what it heads
 * whatever its length. The headings they have in common stay as path; the others stand in the text.
 * @returns null where the two are better apart.
 */
function mergeSmall(before: Section, after: Section, { roomUnder }: SectionLimits): Section | null {
  const gap = (after.segments[0]?.start ?? 0) - (before.segments.at(-1)?.end ?? 0);
  if (gap > maxGapUnits || !isSamePlace(before.place, after.place)) return null;
  const { place } = before;
  const common = commonPath(before.headings, after.headings);
  const tokens = before.tokens + after.tokens;
  const segments = () => [...before.segments, ...after.segments];
  if (isOnlyHeadings(before.segments) && common.length === before.headings.length) {
    return { headings: after.headings, place, segments: segments(), tokens };
  }
  const room = roomUnder(common);
  const isBeforeShort = before.tokens < room / 4 && tokens <= room;
  const isAfterShort = after.tokens < room / 4 && tokens <= room / 2;
  return isBeforeShort || isAfterShort ? { headings: common, place, segments: segments(), tokens } : null;
}

function isOnlyHeadings(segments: readonly Segment[]): boolean {
  return segments.every((segment) => segment.isHeading);
}

function tokensOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.tokens, 0);
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.page === other.page && one.slide === other.slide && one.sheet === other.sheet;
}

function isSamePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && commonPath(one, other).length === one.length;
}

function commonPath(one: readonly string[], other: readonly string[]): readonly string[] {
  const different = one.findIndex((heading, level) => heading !== other[level]);
  return different === -1 ? one : one.slice(0, different);
}
