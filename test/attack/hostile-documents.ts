import { gzipSync } from 'node:zlib';
import { type Choice, distinctWords, hostileText, repeated } from './hostile-text.ts';

/** A file for a source folder. */
export interface HostileFile {
  readonly name: string;
  readonly content: string | Buffer;
}

type Shape = (size: number, choice: Choice) => readonly [extension: string, content: string | Buffer];

const alternating = (parts: readonly string[], size: number): string => repeated(parts.join(''), size);

/** One shape a parser may choke on each; `size` is about how many characters. */
const shapes: Readonly<Record<string, Shape>> = {
  'nested-tags': (size) => ['html', `${'<div>'.repeat(size / 5)}deep`],
  'nested-inline-tags': (size) => ['html', `${'<b><i>'.repeat(size / 6)}deep`],
  'nested-tables': (size) => ['html', '<table><tr><td>'.repeat(size / 15)],
  'unclosed-comment': (size) => ['html', `<!-- ${repeated('<!-- -', size)}`],
  'unclosed-script': (size) => ['html', `<p>seen</p><script>${repeated('</scrip', size)}`],
  entities: (size) => ['html', `<p>${alternating(['&amp;', '&#x41;', '&bogus;', '&#1114112;'], size)}</p>`],
  attributes: (size) => ['html', `<p ${distinctWords(choiceOfOnes, size)}>x</p>`],
  'script-links': () => [
    'html',
    '<a href="javascript:alert(1)">x</a><script>alert(1)</script><img src=x onerror=y>',
  ],
  quotes: (size) => ['md', `${'>'.repeat(size)} deep`],
  lists: (size) => [
    'md',
    Array.from({ length: Math.min(2_000, Math.sqrt(size)) }, (_, at) => `${'  '.repeat(at)}- x`).join('\n'),
  ],
  'wide-table': (size) => [
    'md',
    `${'|a'.repeat(size / 8)}|\n${'|-'.repeat(size / 8)}|\n${'|b'.repeat(size / 8)}|`,
  ],
  footnotes: (size) => [
    'md',
    Array.from({ length: size / 20 }, (_, at) => `[^${at}] [^${at}]: [^${at + 1}]`).join('\n'),
  ],
  references: (size) => [
    'md',
    `${Array.from({ length: size / 40 }, (_, at) => `[${at}]: /x`).join('\n')}\n\n${'[a][b]'.repeat(size / 12)}`,
  ],
  brackets: (size) => ['md', '['.repeat(size)],
  links: (size) => ['md', '[a]('.repeat(size / 4)],
  emphasis: (size) => ['md', alternating(['*a', '**b', '_c'], size)],
  autolinks: (size) => ['md', alternating(['http://a.b/c?d ', 'www.a.b ', 'a@b.c '], size)],
  backticks: (size) => ['md', Array.from({ length: Math.sqrt(size) }, (_, at) => '`'.repeat(at)).join(' ')],
  'unclosed-fence': (size) => ['md', `\`\`\`\n${repeated('code <b>\n', size)}`],
  'yaml-bomb': () => ['md', yamlBomb()],
  'yaml-deep': (size) => ['md', `---\n${'['.repeat(size)}\n---\ntext`],
  'mdx-bomb': (size) => ['mdx', `${'{['.repeat(size / 2)}\n\n<A b={`],
  'one-line': (size) => ['txt', repeated('word ', size)],
  'one-word': (size) => ['txt', 'x'.repeat(size)],
  'no-spaces': (size) => ['txt', repeated('索引检索', size)],
  combining: (size) => ['txt', `a${repeated('\u0301', size)}`],
  bidi: (size) => ['txt', repeated('\u202E\u2066a\u200B\u200D', size)],
  controls: (size) => ['txt', repeated('a\u0000b\u0007\u001B[31m', size)],
  'lone-surrogates': (size) => ['txt', Buffer.from(repeated('a\uD800b', size), 'utf16le')],
  'not-utf-8': (size) => ['txt', Buffer.alloc(size, Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]))],
  'deep-json': (size) => [
    'jsonl',
    `{"id":"x","text":"y","metadata":${'{"a":'.repeat(size / 5)}1${'}'.repeat(size / 5)}}\n`,
  ],
  'bad-jsonl': (_size, choice) => [
    'jsonl',
    `{"id":${JSON.stringify(hostileText(choice, 100))},"text":""}\n{"id":\n{}\n[]\nnull\n`,
  ],
  'wide-csv': (size) => ['csv', `id,text\n1,"${repeated('""', size)}\n`],
  'gzip-bomb': (size) => ['jsonl.gz', gzipSync(Buffer.alloc(size * 10, 0x20))],
  'gzip-lines': (size) => ['jsonl.gz', gzipSync(repeated('{"id":"a","text":"b"}\n', size * 10))],
  'pdf-header': (size) => [
    'pdf',
    `%PDF-1.7\n${repeated('1 0 obj<</Kids[1 0 R]/Parent 1 0 R>>endobj\n', size)}`,
  ],
  'zip-header': (size) => ['docx', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(size, 1)])],
};

/** Nine levels, each of nine times the one before. */
function yamlBomb(): string {
  const levels = [...'bcdefghi'].map((key, at) => `${key}: &${key} [${repeated(`*${'abcdefgh'[at]},`, 27)}]`);
  return ['---', 'a: &a [x,x,x,x,x,x,x,x,x]', ...levels, '---', 'text'].join('\n');
}

const choiceOfOnes: Choice = { number: () => 1, of: (values) => values[0] as never, chance: () => false };

/**
 * Files for one round: a few shapes at a size, most of them small, so that what is wrong with a shape is seen.
 * @param largest in characters; gzip bombs come to ten times as much.
 */
export function hostileFiles(choice: Choice, count: number, largest: number): readonly HostileFile[] {
  return Array.from({ length: count }, (_, at) => {
    const kind = choice.of(Object.keys(shapes));
    const size = choice.chance(0.2) ? largest : 1 + choice.number(Math.min(largest, 20_000));
    const [extension, content] = shapes[kind]?.(size, choice) ?? ['txt', ''];
    return { name: `${at}-${kind}.${extension}`, content };
  });
}
