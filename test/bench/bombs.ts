/**
 * Files that are made to use up memory or time, each beside the others and ordinary neighbours in one folder.
 *
 *     node test/bench/bombs.ts
 *
 * Ingests the folder into an embedded index and prints what became of each file, how many neighbours are searchable, and
 * the peak memory of the ingesting process and of the largest process that it had parse. Exit code 1 if a neighbour is
 * missing, or a file is neither searchable nor in the inbox.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveOf, docxOf, wordParagraph, xlsxOf } from '@winnow/testkit';
import { unzipSync, zipSync } from 'fflate';
import { machine, timed } from './support/bench.ts';
import { endOf, residentPeakOf, startWinnow } from './support/bulk-ingest.ts';

const signal = AbortSignal.timeout(30 * 60_000);
const neighbours = 20;
const mega = 1_024 ** 2;
const tree = join(import.meta.dirname, '../..');

const folder = await mkdtemp(join(tmpdir(), 'winnow-bench-'));
try {
  const source = join(folder, 'source');
  await mkdir(source);
  const sizes = await writeBombs(source);
  for (let at = 0; at < neighbours; at += 1) {
    await writeFile(
      join(source, `neighbour-${at}.md`),
      `# Page ${at}\n\nNothing is the matter with page ${at}.\n`,
    );
  }
  await measure(source, sizes);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measure(source: string, sizes: ReadonlyMap<string, number>): Promise<void> {
  const environment = {
    ...process.env,
    WINNOW_DATA_DIR: folder,
    WINNOW_LOG_LEVEL: 'error',
    REDIS_URL: '',
    ELASTICSEARCH_URL: '',
  };
  const winnow = (...words: readonly string[]) => endOf(startWinnow(tree, words, environment), signal);
  await winnow('corpus', 'create', 'bench', '--source', source, '--language', 'en');
  const ingesting = startWinnow(tree, ['ingest', 'bench', '--json'], environment);
  const memory = watchMemory(ingesting.pid);
  // A run with failed documents ends with exit code 1.
  const { seconds } = await timed(() => endOf(ingesting, signal).catch(() => ''));
  const peaks = memory.stop();
  const { documents } = JSON.parse(await winnow('document', 'list', 'bench', '--limit', '1000', '--json'));
  const { items } = JSON.parse(await winnow('inbox', 'bench', '--json'));
  const live = idsOf(documents.filter(({ state }: { readonly state: string }) => state === 'live'));
  const causes = new Map(
    (items as readonly { readonly documentId: string; readonly cause: string }[]).map((item) => [
      item.documentId,
      item.cause,
    ]),
  );
  const searchable = live.filter((id) => id.startsWith('neighbour-')).length;
  let lost = 0;
  for (const [name, bytes] of sizes) {
    const members = live.filter((id) => id === name || id.startsWith(`${name}/`)).length;
    const found = [...causes].filter(([id]) => id === name || id.startsWith(`${name}/`));
    if (members + found.length === 0) lost += 1;
    const inbox = [...new Set(found.map(([, cause]) => cause))].join(', ') || 'nothing';
    console.log(
      `${name} | ${(bytes / 1_024).toFixed(0)} KB | ${members} searchable | in the inbox: ${inbox}`,
    );
  }
  console.log(
    `${machine}; ${searchable} of ${neighbours} neighbours searchable, ${seconds.toFixed(0)} s; peak memory: ` +
      `${(peaks.parent / mega).toFixed(0)} MB, ${(peaks.child / mega).toFixed(0)} MB of the largest parser`,
  );
  if (searchable < neighbours || lost > 0) process.exitCode = 1;
}

function idsOf(documents: readonly { readonly documentId: string }[]): readonly string[] {
  return documents.map(({ documentId }) => documentId);
}

/** @returns the size of each by its name. */
async function writeBombs(source: string): Promise<ReadonlyMap<string, number>> {
  const zeros = Buffer.alloc(200 * mega, 0x20);
  const bombs: Readonly<Record<string, () => Uint8Array>> = {
    'spaces.zip': () => archiveOf({ 'spaces.txt': zeros }),
    'nested.zip': () => nested(6),
    'spaces.docx': () => docxOf(wordParagraph(' '.repeat(200 * mega))),
    'entities.docx': () => withMember(docxOf(''), 'word/document.xml', billionLaughs('w:document')),
    'cells.xlsx': () => withMember(xlsxOf({ one: [['a']] }), 'xl/worksheets/sheet1.xml', cells(10_000_000)),
    'entities.xlsx': () =>
      withMember(xlsxOf({ one: [['a']] }), 'xl/worksheets/sheet1.xml', billionLaughs('worksheet')),
    'objects.pdf': () => pdfOfObjects(1_000_000),
    'nested.html': () => Buffer.from('<div>'.repeat(200_000)),
    'entities.html': () => Buffer.from(billionLaughs('html')),
    'brackets.json': () => Buffer.from('['.repeat(10 * mega)),
  };
  const sizes = new Map<string, number>();
  for (const [name, make] of Object.entries(bombs)) {
    const bytes = make();
    sizes.set(name, bytes.length);
    await writeFile(join(source, name), bytes);
  }
  return sizes;
}

/** Archives in archives, ten in each. */
function nested(depth: number): Uint8Array {
  let inner: Uint8Array = Buffer.alloc(mega, 0x20);
  for (let level = 0; level < depth; level += 1) {
    const name = level === 0 ? 'txt' : 'zip';
    inner = archiveOf(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${at}.${name}`, inner])));
  }
  return inner;
}

function withMember(archive: Uint8Array, name: string, content: string | Uint8Array): Uint8Array {
  return zipSync({
    ...unzipSync(archive),
    [name]: typeof content === 'string' ? Buffer.from(content) : content,
  });
}

/** Ten to the power of nine times a word. */
function billionLaughs(element: string): string {
  const levels = Array.from({ length: 9 }, (_, at) => {
    const before = at === 0 ? 'laugh ' : `&l${at - 1};`;
    return `<!ENTITY l${at} "${before.repeat(10)}">`;
  });
  return `<?xml version="1.0"?><!DOCTYPE ${element} [${levels.join('')}]><${element}>&l8;</${element}>`;
}

function cells(count: number): Uint8Array {
  const perRow = 1_000;
  const row = Buffer.from(`<row>${'<c><v>1</v></c>'.repeat(perRow)}</row>`);
  return Buffer.concat([
    Buffer.from('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'),
    ...Array.from({ length: count / perRow }, () => row),
    Buffer.from('</sheetData></worksheet>'),
  ]);
}

/** Without a table of them, so that a reader has to look for each; small ones, since a large file is not opened at all. */
function pdfOfObjects(count: number): Uint8Array {
  const objects = Array.from({ length: count }, (_, at) => `${at + 3} 0 obj 1 endobj\n`);
  const pages = `2 0 obj\n<< /Type /Pages /Kids [${'3 0 R '.repeat(1_000)}] /Count 1000 >>\nendobj\n`;
  const catalog = '1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n';
  return Buffer.from(`%PDF-1.4\n${catalog}${pages}${objects.join('')}trailer\n<< /Root 1 0 R >>\n%%EOF\n`);
}

interface Peaks {
  readonly parent: number;
  readonly child: number;
}

/** Looks again and again: what a process has used last is gone with it. */
function watchMemory(pid: number | undefined): { stop(): Peaks } {
  const peaks = { parent: 0, child: 0 };
  const look = async () => {
    peaks.parent = Math.max(peaks.parent, await residentPeakOf(pid));
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter(Boolean)) {
      peaks.child = Math.max(peaks.child, await residentPeakOf(child));
    }
  };
  const timer = setInterval(look, 50).unref();
  return {
    stop() {
      clearInterval(timer);
      return peaks;
    },
  };
}
