import type { NewCorpus } from '@winnow/engine';
import { demoFolders } from './demo-folders.ts';

/** A corpus of real documents that every installation has, and questions that it answers. */
export interface DemoCorpus {
  readonly corpus: NewCorpus;
  readonly what: string;
  readonly questions: readonly string[];
}

/** @throws Error where Winnow is no installation. */
export function demoCorpora(): readonly DemoCorpus[] {
  const { guide, packages, inPackages } = demoFolders(import.meta.dirname);
  return [
    {
      corpus: {
        name: 'demo-en',
        sources: [{ path: packages }],
        ...inPackages,
        language: 'en',
      },
      what: 'the manuals and READMEs of the installed dependencies (English)',
      questions: [
        'How do I cancel an HTTP request that takes too long?',
        'How do I prevent real HTTP requests in my tests?',
        'Can I use Fastify with HTTP/2?',
      ],
    },
    {
      corpus: {
        name: 'demo-zh',
        sources: [{ path: guide }],
        include: ['**/*.md'],
        language: 'zh',
      },
      what: "the project's own guide (Chinese)",
      questions: [
        '文本块切得太大有什么坏处？',
        '工作进程被杀死以后，索引会不会丢文档？',
        '怎样按元数据过滤？',
      ],
    },
  ];
}
