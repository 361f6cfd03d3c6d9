import { join } from 'node:path';
import type { NewCorpus } from '@winnow/engine';

/** A corpus of real documents that every installation has, and questions that it answers. */
export interface DemoCorpus {
  readonly corpus: NewCorpus;
  readonly what: string;
  readonly questions: readonly string[];
}

const repository = join(import.meta.dirname, '..', '..', '..', '..');

export const demoCorpora: readonly DemoCorpus[] = [
  {
    corpus: {
      name: 'demo-en',
      sources: [{ path: join(repository, 'node_modules', '.pnpm') }],
      // Manuals of some dependencies, and the READMEs of all that are not huge API listings.
      include: [
        '{fastify,pino,undici}@*/node_modules/*/docs/**/*.md',
        '[a-r]*/node_modules/*/{README,Readme,readme}.md',
        '@*/node_modules/@*/*/README.md',
      ],
      exclude: ['undici@7*/**', 'node@*/**', 'ip-address@*/**', '@types*/**'],
      language: 'en',
    },
    what: 'the manuals and READMEs of the installed dependencies (English)',
    questions: [
      'How do I cancel an HTTP request that takes too long?',
      'How do I mock HTTP requests in my tests?',
      'Can I use Fastify with HTTP/2?',
    ],
  },
  {
    corpus: {
      name: 'demo-zh',
      sources: [{ path: join(repository, 'docs', 'zh') }],
      include: ['**/*.md'],
      language: 'zh',
    },
    what: "the project's own guide (Chinese)",
    questions: ['文本块切得太大有什么坏处？', '工作进程被杀死以后，索引会不会丢文档？', '怎样按元数据过滤？'],
  },
];
