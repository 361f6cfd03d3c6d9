/** HTML that may stand in a page as it is. */
export interface Markup {
  readonly html: string;
}

/**
 * HTML with text in it: whatever is put in is escaped, but for other markup, and lists of it.
 *
 * @example markup`<td>${title}</td>`
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return {
    html: parts.map((part, at) => part + (at < values.length ? htmlOf(values[at] ?? '') : '')).join(''),
  };
}

type Insertable = string | number | Markup | readonly Markup[];

function htmlOf(value: Insertable): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Fit for text and for quoted attributes; what no page may hold, such as NUL, becomes the replacement character. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
    .replace(/[^\P{Cc}\t\n\r]/gu, '\uFFFD');
}

/** A page that needs nothing from elsewhere: no script, no request. */
export function page(title: string, body: readonly Markup[]): string {
  return `<!doctype html>\n${
    markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${{ html: style }}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>`.html
  }\n`;
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #2a7d46; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --good: #6fcf8f; --bad: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.passed, .failed { white-space: nowrap; } .passed { color: var(--good); font-weight: 600; } .failed { color: var(--bad); font-weight: 600; }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; } figure { margin: 0; flex: 1 1 26rem; }
figcaption { font-size: .9rem; }
svg { max-width: 100%; height: auto; background: transparent; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; }
.sides ol { padding-left: 1.8rem; margin: .3rem 0; } .sides li { margin-bottom: .4rem; }
.only { background: #f5a62333; } .passage { display: block; opacity: .75; font-size: .85rem; }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .8rem; margin: .6rem 0; }
summary { cursor: pointer; } summary .figure { float: right; opacity: .8; }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; } }
`;
