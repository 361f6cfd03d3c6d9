import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded into a program: writes down, at its end, which modules it has loaded.
const loaded = new Set<string>();
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.add(url);
    return next(url, context);
  },
});
const { WINNOW_TEST_MODULES: path } = process.env;
process.on('exit', () => {
  if (path !== undefined) writeFileSync(path, JSON.stringify([...loaded]));
});
