import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orderMail } from '@winnow/testkit';
import { describe, expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from '../harness/documents.ts';
import { lastJson, winnow, winnowJson } from '../harness/processes.ts';

interface Applied {
  readonly applied: boolean;
  readonly changes: readonly { readonly corpus: string; readonly kind: string }[];
  readonly left: readonly { readonly corpus: string; readonly detail: string; readonly how: string }[];
}

async function setUp() {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'birds'));
  await writeFiles(join(folder, 'birds'), {
    'a.md': '# Herons\n\nGrey and patient.\n',
    'b.txt': 'not taken',
  });
  await writeFile(join(folder, 'faq.csv'), 'question,answer\nMay I fish?,Not in May.\n');
  const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
  const file = join(folder, 'winnow.yaml');
  const apply = async (yaml: string, ...words: string[]) => {
    await writeFile(file, yaml);
    return await winnow(['apply', file, '--json', ...words], environment);
  };
  return { folder, environment, apply, file };
}

const yaml = `
corpora:
  lake:
    language: en
    deletionGuard: { documents: 5 }
    sources:
      - { name: birds, path: ./birds, include: ['*.md'] }
      - { name: faq, path: faq.csv, fields: { text: [question, answer] } }
    schedule: { cron: '0 3 * * *', tz: Asia/Shanghai }
`;

describe('winnow apply', () => {
  test('that fails midway says what was done before, what failed, and why', async () => {
    const { environment, apply } = await setUp();
    const stopped = await apply(
      `${yaml}  sea:\n    sources: [{ path: ./nowhere }]\n  sky:\n    sources: [{ path: ./birds }]\n`,
    );
    expect(stopped.code).toBe(2);
    const report = lastJson<Applied>(stopped);
    expect(report).toMatchObject({
      applied: true,
      changes: [
        { corpus: 'lake', kind: 'create' },
        { corpus: 'lake', kind: 'schedule' },
      ],
      failed: { corpus: 'sea', kind: 'create' },
      error: { code: 'not_found', message: expect.stringContaining('nowhere') },
    });
    expect((await winnow(['corpus', 'show', 'lake'], environment)).code).toBe(0);
    expect((await winnow(['corpus', 'show', 'sky'], environment)).code).toBe(2);
  });

  test('says no to a schedule that cannot be before anything is made, also where it only looks', async () => {
    const { environment, apply } = await setUp();
    for (const [was, wrong] of [
      ["'0 3 * * *'", "'61 3 * * *'"],
      ['Asia/Shanghai', 'Mars/Olympus'],
      ['tz: Asia/Shanghai', 'promoteIfVerified: true'],
    ] as const) {
      for (const words of [['--dry-run'], []]) {
        const { code, stderr } = await apply(yaml.replace(was, wrong), ...words);
        expect([code, wrong]).toEqual([2, wrong]);
        expect(stderr).toContain('schedule');
      }
    }
    expect((await winnow(['corpus', 'show', 'lake'], environment)).code).toBe(2);
  });

  test('makes what a file says, once, and changes what can be changed without loss or cost', async () => {
    const { environment, apply } = await setUp();
    const dry = await apply(yaml, '--dry-run');
    expect(dry.code).toBe(1);
    expect(lastJson<Applied>(dry)).toMatchObject({
      applied: false,
      changes: [{ kind: 'create' }, { kind: 'schedule' }],
    });
    expect((await winnow(['corpus', 'show', 'lake'], environment)).code).toBe(2);

    expect((await apply(yaml)).code).toBe(0);
    await winnowJson(['ingest', '--all'], environment);
    const { documents } = await winnowJson<{ documents: readonly { documentId: string }[] }>(
      ['document', 'list', 'lake'],
      environment,
    );
    expect(documents.map(({ documentId }) => documentId).sort()).toEqual(['birds:a.md', 'faq:line-2']);
    expect(await winnowJson(['schedule', 'show', 'lake'], environment)).toMatchObject({
      tz: 'Asia/Shanghai',
    });

    const again = await apply(yaml);
    expect(again.code).toBe(0);
    expect(lastJson<Applied>(again)).toEqual({ applied: true, changes: [], left: [] });

    const other = yaml
      .replace('documents: 5', 'documents: 7')
      .replace(/ {6}- \{ name: faq.*\n/, '')
      .replace('language: en', 'language: en\n    chunkTokens: 64')
      .replace("include: ['*.md']", "include: ['**/*']")
      .replace(/ {4}schedule.*\n/, '');
    const changed = await apply(other);
    expect(changed.code).toBe(1);
    const { changes, left } = lastJson<Applied>(changed);
    expect(changes).toMatchObject([{ corpus: 'lake', kind: 'settings' }]);
    expect(left.map(({ how }) => how)).toEqual([
      'winnow reindex lake --chunk-tokens 64',
      'winnow source remove lake birds, then winnow apply',
      'winnow source remove lake faq',
      'winnow schedule remove lake',
    ]);
    expect(await winnowJson(['corpus', 'show', 'lake'], environment)).toMatchObject({
      deletionGuard: { documents: 7 },
      sources: [{ sourceId: 'birds' }, { sourceId: 'faq' }],
    });
  });

  test('does not take a folder for another beside it or in it, and says how the only source of a corpus is exchanged', async () => {
    const { folder, environment, apply } = await setUp();
    const nest = (source: string) => `corpora: { nest: { language: en, sources: [{ ${source} }] } }`;
    expect((await apply(nest("path: ./birds, include: ['*.md']"))).code).toBe(0);
    const elsewhere = await apply(nest('path: ./birds/small'));
    expect(elsewhere.code).toBe(1);
    const how = 'give it another name in the file, winnow apply, then winnow source remove nest main';
    expect(lastJson<Applied>(elsewhere).left).toEqual([
      { corpus: 'nest', detail: expect.stringContaining('and not'), how },
    ]);

    await writeFiles(join(folder, 'birds', 'small'), { 'wren.md': '# Wren\n\nA small bird.\n' });
    const named = nest('name: small, path: ./birds/small');
    expect(lastJson<Applied>(await apply(named)).changes).toMatchObject([{ kind: 'source' }]);
    expect((await winnow(['source', 'remove', 'nest', 'main'], environment)).code).toBe(0);
    expect(lastJson<Applied>(await apply(named))).toEqual({ applied: true, changes: [], left: [] });
  });

  test('has attachments of mails as the file says, when a corpus is made and later', async () => {
    const { folder, environment, apply } = await setUp();
    await writeFiles(join(folder, 'birds'), { 'order.eml': orderMail('Forty gaskets of cork.') });
    const post = (as: string) =>
      `corpora: { post: { language: en, sources: [{ path: ./birds, include: ['*.eml'], mailAttachments: ${as} }] } }`;
    const listed = async () => {
      await winnowJson(['ingest', 'post'], environment);
      const { documents } = await winnowJson<{
        documents: readonly { documentId: string; state: string }[];
      }>(['document', 'list', 'post'], environment);
      return documents.filter(({ state }) => state === 'live').map(({ documentId }) => documentId);
    };
    expect((await apply(post('parts'))).code).toBe(0);
    expect(await listed()).toEqual(['order.eml']);
    const dry = await apply(post('documents'), '--dry-run');
    expect([dry.code, lastJson<Applied>(dry)]).toMatchObject([
      1,
      {
        changes: [
          { kind: 'source-settings', detail: expect.stringContaining('as documents instead of parts') },
        ],
        left: [],
      },
    ]);
    expect(await listed()).toEqual(['order.eml']);
    expect((await apply(post('documents'))).code).toBe(0);
    expect(await listed()).toEqual(['order.eml', 'order.eml/attachments/list.txt']);
    expect(lastJson<Applied>(await apply(post('documents')))).toMatchObject({ changes: [], left: [] });
    expect((await apply(post('parts'))).code).toBe(0);
    expect(await listed()).toEqual(['order.eml']);
  });

  test('refuses a choice of attachments for a source that has none, and says so of one that is there', async () => {
    const { apply } = await setUp();
    const faq = (choice: string) =>
      `corpora: { faq: { language: en, sources: [{ path: faq.csv, fields: { text: [question, answer] }${choice} }] } }`;
    const refused = await apply(faq(', mailAttachments: documents'));
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('folders and buckets')]);
    expect((await apply(faq(''))).code).toBe(0);
    const left = await apply(faq(', mailAttachments: documents'));
    expect([left.code, lastJson<Applied>(left)]).toMatchObject([
      1,
      { changes: [], left: [{ detail: expect.stringContaining('mailAttachments') }] },
    ]);
  });

  test.each([
    ['no YAML', 'corpora: [', 'no YAML'],
    [
      'a word that it does not know',
      'corpora: { lake: { sources: [{ path: birds }], colour: blue } }',
      'corpora.lake',
    ],
    [
      'sources without names',
      'corpora: { lake: { sources: [{ path: birds }, { path: faq.csv }] } }',
      'must have a name',
    ],
    ['a source that is not there', 'corpora: { lake: { sources: [{ path: none }] } }', 'nothing at'],
  ])('refuses a file with %s, and says where', async (_, content, message) => {
    const { apply } = await setUp();
    const ended = await apply(content);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });

  test('prints the schema that the documentation has', async () => {
    const { environment } = await setUp();
    const { stdout } = await winnow(['apply', '--schema'], environment);
    const kept = await readFile(join(import.meta.dirname, '../../docs/winnow.schema.json'), 'utf8');
    expect(JSON.parse(kept)).toEqual(JSON.parse(stdout));
  });
});
