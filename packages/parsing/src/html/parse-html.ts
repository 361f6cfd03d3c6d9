import { Readability } from '@mozilla/readability';
import { type Block, type Metadata, metadataOf } from '@winnow/core';
import { parseHTML } from 'linkedom';
import { cleanText } from '../bytes/clean-text.ts';
import { lengthOfPieces, type Piece, renderPieces } from '../pieces/piece.ts';
import { plainBlocks } from '../plain/plain-blocks.ts';
import { type DomElement, htmlPieces, inlineText } from './html-pieces.ts';
import { isTooHardForMainContent, isTooHardForTree } from './is-too-hard.ts';
import { stripTags } from './strip-tags.ts';

export interface ParsedHtml {
  readonly title: string | null;
  /** A plain rendering: blocks separated by empty lines, cells by ` | `. */
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata: Metadata;
  readonly warnings: readonly string[];
}

/** Main content with less than this part of the page's text is a guess that went wrong. */
const minArticleShare = 0.35;
const minArticleLength = 200;

/**
 * The main content of a page. Navigation, scripts, forms and hidden parts are left out; where the main content
 * cannot be told, the whole body is taken.
 */
export function parseHtml(html: string): ParsedHtml {
  if (!isTooHardForTree(html)) {
    try {
      return readTree(html);
    } catch {
      // Nested too deep for the stack, or markup that one of the parsers falls over: the text is still there.
    }
  }
  const text = cleanText(stripTags(html));
  const warnings = ['The page is too large or too deep to be parsed; only its text was taken.'];
  return { title: titleTagOf(html), text, blocks: plainBlocks(text, 'none'), metadata: {}, warnings };
}

function readTree(html: string): ParsedHtml {
  const page = parsePage(html);
  const title = titleOf(page.document) ?? titleTagOf(html);
  const body = piecesOfBody(page.body);
  const article = isTooHardForMainContent(html) ? [] : piecesOfArticle(html);
  const isArticle =
    lengthOfPieces(article) >= Math.max(minArticleLength, lengthOfPieces(body) * minArticleShare);
  return {
    ...renderPieces(withTitle(isArticle ? article : body, title)),
    title,
    metadata: metadataOfPage(page.document),
    warnings: [],
  };
}

interface Page {
  readonly document: DomElement;
  readonly body: DomElement;
}

/** Fragments and pages without `<html>` get one around them, so that all content is in the body. */
function parsePage(html: string): Page {
  const whole = /<html[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`;
  const { document } = parseHTML(whole);
  const root: DomElement = document.documentElement;
  return { document: root, body: root.querySelector('body') ?? root };
}

function piecesOfArticle(html: string): Piece[] {
  const { document } = parseHTML(html);
  const article = new Readability<DomElement>(document, {
    serializer: (node) => node as unknown as DomElement,
    disableJSONLD: true,
  }).parse();
  return article?.content == null ? [] : htmlPieces(article.content);
}

function piecesOfBody(body: DomElement): Piece[] {
  const main = body.querySelectorAll('main, [role=main], article');
  const [only] = main;
  if (only !== undefined && main.length === 1) {
    const pieces = htmlPieces(only);
    if (lengthOfPieces(pieces) >= minArticleLength) return pieces;
  }
  const around =
    'nav, footer, aside, [role=navigation], [role=contentinfo], [role=banner], [aria-hidden=true], [class*=navbar], [class*=breadcrumb]';
  for (const element of [...body.querySelectorAll(around)])
    (element as unknown as { remove(): void }).remove();
  return htmlPieces(body);
}

/** The main content may have lost its own headline, or have it as one of many of the second level. */
function withTitle(pieces: readonly Piece[], title: string | null): readonly Piece[] {
  if (title === null) return pieces;
  const at = pieces.findIndex(({ kind, text }) => kind === 'heading' && text === title);
  if (at === -1) return [{ kind: 'heading', text: title, level: 1 }, ...pieces];
  return pieces.map((piece, index) => (index === at ? { ...piece, level: 1 } : piece));
}

function titleOf(document: DomElement): string | null {
  const heading =
    document.querySelector('main h1, article h1, [role=main] h1') ?? document.querySelector('h1');
  const title = heading === null ? '' : cleanText(inlineText(heading).replaceAll('\n', ' ')).trim();
  return title === '' ? null : title;
}

function titleTagOf(html: string): string | null {
  const match = /<title[^>]{0,200}>([^<]{1,1000})/i.exec(html.slice(0, 100_000));
  const title = match?.[1] === undefined ? '' : cleanText(stripTags(match[1])).replace(/\s+/g, ' ').trim();
  return title === '' ? null : title;
}

function metadataOfPage(document: DomElement): Metadata {
  const content = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = document
        .querySelector(`meta[name="${name}"], meta[property="${name}"]`)
        ?.getAttribute('content')
        ?.trim();
      if (value !== undefined && value !== '') return cleanText(value);
    }
    return undefined;
  };
  return metadataOf([
    ['language', document.getAttribute('lang') || undefined],
    ['author', content('author', 'article:author')],
    ['description', content('description', 'og:description')],
    ['published', content('article:published_time', 'date')],
  ]);
}
