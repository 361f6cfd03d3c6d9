import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  convertedMediaType,
  type DocumentId,
  mailAloneMediaType,
  type RawDocument,
  type ScanCursor,
  type ScanEvent,
  type Source,
  type SourceSettings,
} from '@winnow/core';
import { parse } from '@winnow/parsing';
import { createSource } from '@winnow/sources';
import { archiveOf } from '@winnow/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createOpenMails } from './open-mails.ts';
import { createPreparePool, type PrepareLimits } from './prepare-pool.ts';

const { signal } = new AbortController();

interface Part {
  readonly name?: string;
  readonly type?: string;
  readonly content: string | Uint8Array;
}

function mailOf(subject: string, parts: readonly Part[], text = 'See what is attached.'): Buffer {
  const lines = [
    'From: Ada <ada@example.com>',
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="=${subject}="`,
    '',
    `--=${subject}=`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
  ];
  for (const { name, type = 'application/octet-stream', content } of parts) {
    const filename = name === undefined ? '' : `; filename="${name}"`;
    lines.push(
      `--=${subject}=`,
      `Content-Type: ${type}`,
      `Content-Disposition: attachment${filename}`,
      'Content-Transfer-Encoding: base64',
      '',
      ...(Buffer.from(content)
        .toString('base64')
        .match(/.{1,76}/g) ?? []),
    );
  }
  return Buffer.from([...lines, `--=${subject}=--`, ''].join('\r\n'));
}

/** A folder with these files, as a corpus of today lists it. */
async function folderOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  limits: Partial<PrepareLimits> = {},
) {
  const path = await mkdtemp(join(tmpdir(), 'winnow-mails-'));
  onTestFinished(() => rm(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path, name, '..'), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const pool = createPreparePool(1, limits);
  onTestFinished(() => pool.close());
  let opened = 0;
  const mails = createOpenMails((...mail) => {
    opened += 1;
    return pool.openMail(...mail);
  });
  const settings: SourceSettings = { kind: 'folder', path, include: ['**/*'], exclude: [] };
  return {
    path,
    source: createSource({ ...settings, mailAttachments: 'documents' }, { mails }),
    former: createSource(settings),
    opened: () => opened,
  };
}

async function scan(source: Source, after: ScanCursor | null = null): Promise<ScanEvent[]> {
  return await Array.fromAsync(source.scan({ after, signal }));
}

const idsIn = (events: readonly ScanEvent[]) =>
  events.flatMap((event) => (event.kind === 'uncovered' ? [] : [event.documentId]));
const uncoveredIn = (events: readonly ScanEvent[]) =>
  events.flatMap((event) => (event.kind === 'uncovered' ? [event.prefix] : []));

function itemOf(events: readonly ScanEvent[], id: string) {
  const item = events.find((event) => event.kind === 'document' && event.documentId === id);
  if (item?.kind !== 'document') throw new Error(`${id} is not listed`);
  return item;
}

async function readOf(source: Source, events: readonly ScanEvent[], id: string): Promise<RawDocument> {
  const { documentId, location, contentHash } = itemOf(events, id);
  const raw = await source.read(documentId, location, signal);
  expect(raw.contentHash).toBe(contentHash);
  return raw;
}

async function textOf(raw: RawDocument): Promise<string> {
  const parsed = await parse(raw);
  return parsed.ok ? parsed.document.text : parsed.reason.code;
}

const budget = mailOf('Budget', [{ name: 'plan.md', content: '# Plan\n\nPaint the fence.' }]);

/** Parts within parts, more than any reader follows. */
const tooDeep = Array.from(
  { length: 100 },
  (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
).join('');

describe('attachments of mails in a folder', () => {
  it('are documents of their own where their mail lies in an archive', async () => {
    const archive = archiveOf({ 'a.md': 'before', 'budget.eml': budget, 'c.md': 'behind' });
    const { source, path } = await folderOf({ 'old.zip': archive, 'z.md': 'beside' });
    const events = await scan(source);
    expect(idsIn(events)).toEqual([
      'old.zip/a.md',
      'old.zip/budget.eml',
      'old.zip/budget.eml/attachments/plan.md',
      'old.zip/c.md',
      'z.md',
    ]);
    const attached = 'old.zip/budget.eml/attachments/plan.md';
    expect(await textOf(await readOf(source, events, attached))).toContain('Paint the fence.');
    for (const [at, event] of events.entries()) {
      if (event.kind === 'uncovered') continue;
      expect(idsIn(await scan(source, event.cursor))).toEqual(idsIn(events.slice(at + 1)));
    }
    const { documentId, location } = itemOf(events, attached);
    expect(await source.isGone(documentId, location, signal)).toBe(false);
    await writeFile(join(path, 'old.zip'), archiveOf({ 'a.md': 'before' }));
    expect(await source.isGone(documentId, location, signal)).toBe(true);
  });

  it('are documents of their own, and know the mail that they came with', async () => {
    const { source } = await folderOf({
      'in/budget.eml': mailOf('Budget', [
        { name: 'plan.md', content: '# Plan\n\nPaint the fence.' },
        { name: 'scan.png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a', 'hex') },
      ]),
      'notes.txt': 'plain',
    });
    const events = await scan(source);
    expect(idsIn(events)).toEqual([
      'in/budget.eml',
      'in/budget.eml/attachments/plan.md',
      'in/budget.eml/attachments/scan.png',
      'notes.txt',
    ]);
    const mail = await readOf(source, events, 'in/budget.eml');
    const text = await textOf(mail);
    expect(text).toContain('See what is attached.');
    expect(text).toContain('Attached: plan.md, scan.png');
    expect(text).not.toContain('fence');
    const plan = await readOf(source, events, 'in/budget.eml/attachments/plan.md');
    expect(plan).toMatchObject({
      mediaType: 'text/markdown',
      metadata: { mail: 'in/budget.eml', mailSubject: 'Budget', mailFrom: 'Ada <ada@example.com>' },
    });
    expect(await textOf(plan)).toContain('Paint the fence.');
    const image = await readOf(source, events, 'in/budget.eml/attachments/scan.png');
    expect(await textOf(image)).toBe('unsupported_type');
  });

  it('stay parts of their mail in a corpus of before, and the mail counts as changed where that changes', async () => {
    const { source, former } = await folderOf({ 'a.eml': budget });
    const [before, now] = [await scan(former), await scan(source)];
    expect(idsIn(before)).toEqual(['a.eml']);
    expect(await textOf(await readOf(former, before, 'a.eml'))).toContain('Paint the fence.');
    expect(itemOf(now, 'a.eml').contentHash).not.toBe(itemOf(before, 'a.eml').contentHash);
  });

  it('leave a mail without any as it was', async () => {
    const { source, former } = await folderOf({ 'a.eml': 'Subject: Hello\n\nNothing else.' });
    expect(await scan(source)).toEqual(await scan(former));
  });

  it('have names that do not clash, lead nowhere and claim nothing', async () => {
    const content = 'one';
    const { source } = await folderOf({
      'a.eml': mailOf('Names', [
        { name: 'x.txt', content },
        { name: 'x.txt', content: 'two' },
        { name: 'x (2).txt', content },
        { name: '../../etc/passwd', content },
        { name: '..', content },
        { content },
        { name: `${'long'.repeat(100)}.txt`, type: convertedMediaType, content },
        { name: 'own', type: mailAloneMediaType, content },
      ]),
    });
    const events = await scan(source);
    const names = idsIn(events)
      .slice(1)
      .map((id) => id.slice('a.eml/attachments/'.length));
    expect(names).toEqual([
      'x.txt',
      'x (2).txt',
      'x (2) (2).txt',
      '.._.._etc_passwd',
      'attachment-5',
      'attachment-6',
      `${'long'.repeat(29)}.txt`,
      'own',
    ]);
    expect(await textOf(await readOf(source, events, 'a.eml/attachments/x (2).txt'))).toBe('two');
    expect((await readOf(source, events, 'a.eml/attachments/own')).mediaType).toBeNull();
  });

  it('are listed three mails deep, and a hundred of a mail', async () => {
    const deep = [4, 3, 2, 1].reduce<Buffer | null>(
      (inner, level) =>
        mailOf(`Level ${level}`, [
          { name: `note${level}.txt`, content: `note ${level}` },
          ...(inner === null ? [] : [{ name: `m${level}`, type: 'message/rfc822', content: inner }]),
        ]),
      null,
    );
    const many = Array.from({ length: 103 }, (_, at) => ({ name: `${at}.txt`, content: `file ${at}` }));
    const { source } = await folderOf({ 'deep.eml': deep ?? '', 'many.eml': mailOf('Many', many) });
    const events = await scan(source);
    const within = (id: string) => idsIn(events).filter((each) => each.startsWith(id));
    expect(within('deep.eml')).toEqual([
      'deep.eml',
      'deep.eml/attachments/note1.txt',
      'deep.eml/attachments/m1.eml',
      'deep.eml/attachments/m1.eml/attachments/note2.txt',
      'deep.eml/attachments/m1.eml/attachments/m2.eml',
      'deep.eml/attachments/m1.eml/attachments/m2.eml/attachments/note3.txt',
      'deep.eml/attachments/m1.eml/attachments/m2.eml/attachments/m3.eml',
    ]);
    const second = await readOf(source, events, 'deep.eml/attachments/m1.eml');
    expect(await textOf(second)).not.toContain('note 2');
    const innermost = 'deep.eml/attachments/m1.eml/attachments/m2.eml/attachments/m3.eml';
    const last = await readOf(source, events, innermost);
    expect(last.metadata).toMatchObject({
      mail: 'deep.eml/attachments/m1.eml/attachments/m2.eml',
      mailSubject: 'Level 3',
    });
    // Nothing is lost: what is deeper is a part of the mail that it came with.
    expect(await textOf(last)).toContain('note 4');
    expect(within('many.eml')).toHaveLength(102);
    expect(events.at(-1)).toMatchObject({
      kind: 'unreadable',
      documentId: 'many.eml/attachments',
      reason: { code: 'too_large', message: expect.stringContaining('103 attachments') },
    });
  });

  it('are the same in slices, wherever they end', async () => {
    const { source } = await folderOf({
      'a.txt': 'a',
      'b.eml': mailOf('B', [
        { name: '1.txt', content: '1' },
        { name: '2.txt', content: '2' },
      ]),
      'c.eml': budget,
      'd.txt': 'd',
    });
    const whole = await scan(source);
    for (const event of whole) {
      if (event.kind === 'uncovered') throw new Error('something is not covered');
      expect(await scan(source, event.cursor)).toEqual(whole.slice(whole.indexOf(event) + 1));
    }
  });

  it('are not gone while their mail cannot be opened, and are gone with it or out of it', async () => {
    const { source, path } = await folderOf({ 'a.eml': budget, 'b.txt': 'b' });
    const { documentId, location } = itemOf(await scan(source), 'a.eml/attachments/plan.md');
    const isGone = () => source.isGone(documentId, location, signal);
    expect(await isGone()).toBe(false);
    await writeFile(join(path, 'a.eml'), tooDeep);
    const events = await scan(source);
    expect(uncoveredIn(events)).toEqual(['a.eml/attachments']);
    expect(idsIn(events)).toEqual(['a.eml', 'b.txt']);
    expect(await isGone()).toBe(false);
    await writeFile(join(path, 'a.eml'), mailOf('Budget', [{ name: 'other.md', content: 'other' }]));
    expect(uncoveredIn(await scan(source))).toEqual([]);
    expect(await isGone()).toBe(true);
    await expect(source.read(documentId, location, signal)).rejects.toMatchObject({ code: 'not_found' });
    await writeFile(join(path, 'a.eml'), budget);
    expect(await isGone()).toBe(false);
    await rm(join(path, 'a.eml'));
    expect(await isGone()).toBe(true);
  });

  it('of a mail that its reader never comes to an end of are not covered, at once where it is known', async () => {
    // An Outlook message by its bytes, and none inside.
    const endless = Buffer.concat([
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      Buffer.from('__substg1.0_', 'utf16le'),
    ]);
    const { source, opened } = await folderOf(
      { 'a.msg': endless, 'b.eml': budget },
      { documentTimeoutMs: 5_000 },
    );
    for (let listing = 0; listing < 2; listing += 1) {
      const events = await scan(source);
      expect(uncoveredIn(events)).toEqual(['a.msg/attachments']);
      expect(idsIn(events)).toEqual(['a.msg', 'b.eml', 'b.eml/attachments/plan.md']);
    }
    expect(opened()).toBe(2);
  });

  it('of a mail that changes between two slices are not covered', async () => {
    const { source, path } = await folderOf({ 'a.eml': budget, 'b.txt': 'b' });
    const [mail] = await scan(source);
    if (mail === undefined || mail.kind === 'uncovered') throw new Error('no mail is listed');
    await writeFile(join(path, 'a.eml'), mailOf('Budget', []));
    const rest = await scan(source, mail.cursor);
    expect(uncoveredIn(rest)).toEqual(['a.eml/attachments']);
    expect(idsIn(rest)).toEqual(['b.txt']);
  });

  it('are opened once for as long as their mail is the same', async () => {
    const { source, opened, path } = await folderOf({ 'a.eml': budget, 'b.txt': 'b' });
    const first = await scan(source);
    expect(await scan(source)).toEqual(first);
    expect(opened()).toBe(1);
    await writeFile(join(path, 'a.eml'), mailOf('Budget', [{ name: 'plan.md', content: 'Other.' }]));
    const id = 'a.eml/attachments/plan.md' as DocumentId;
    expect(itemOf(await scan(source), id).contentHash).not.toBe(itemOf(first, id).contentHash);
    expect(opened()).toBe(2);
  });
});
