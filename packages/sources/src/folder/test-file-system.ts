import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes files below a folder. @param files by path, as text or as the bytes of a name. */
export async function writeFiles(
  root: string,
  files: readonly (readonly [path: string | Buffer, content: string])[],
): Promise<void> {
  for (const [path, content] of files) {
    const target = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path)]).toString('latin1');
    await mkdir(Buffer.from(dirname(target), 'latin1'), { recursive: true });
    await writeFile(Buffer.from(target, 'latin1'), content);
  }
}

const nobody = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Runs something without the rights of root, whom no permission binds. */
export async function unprivileged<Result>(run: () => Promise<Result>): Promise<Result> {
  if (!isRoot) return await run();
  process.seteuid?.(nobody);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
