/* The page as text. Pure: what it shows is given, and escaped here. */

export interface PageContent {
  /** Of the platform's names. */
  domain: string;
  links: { title: string; url: string }[];
  /** As in the output `nextSteps`: lines of words, each with indented lines of commands. */
  steps: readonly string[];
  /** Whether the authority's certificate lies beside the page. */
  certificate: boolean;
}

export interface Section {
  title: string;
  commands: string[];
}

export function renderPage({ domain, links, steps, certificate }: PageContent): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(domain)}</title>
<style>${style}</style>
</head>
<body>
<header><h1>${escape(domain)}</h1><p>The private development platform of this home.</p></header>
<main>
<nav aria-label="Services">
${links.map(({ title, url }) => `<a href="${escape(url)}"><b>${escape(title)}</b><span>${escape(url.replace("https://", ""))}</span></a>`).join("\n")}
${certificate ? '<a href="/homelab-ca.crt" download><b>Certificate</b><span>of the authority that signs here</span></a>' : ""}
</nav>
${sections(steps).map(renderSection).join("\n")}
</main>
</body>
</html>
`;
}

/** A line that is not indented begins one; what is indented below it is for it. */
export function sections(steps: readonly string[]): Section[] {
  const found: Section[] = [];
  for (const line of steps.flatMap((step) => step.split("\n"))) {
    if (line.trim() === "") continue;
    if (!line.startsWith(" ")) found.push({ title: line.replace(/:$/, ""), commands: [] });
    else found.at(-1)?.commands.push(line.slice(2));
  }
  return found;
}

function renderSection({ title, commands }: Section): string {
  const lines = commands.length === 0 ? "" : `\n<pre>${commands.map(escape).join("\n")}</pre>`;
  return `<section><h2>${escape(title)}</h2>${lines}</section>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (sign) => entities[sign]!);
}

const style = `
:root { color-scheme: light dark; --ink: #1c2326; --soft: #5b676c; --ground: #f6f7f5; --card: #fff; --line: #d9dedb; --accent: #0b6e4f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ebe8; --soft: #9aa8a2; --ground: #14191a; --card: #1c2324; --line: #323c3b; --accent: #6fd3ae; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 58rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
header p { margin: .25rem 0 1.5rem; color: var(--soft); }
nav { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); margin-bottom: 2rem; }
nav a { display: grid; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  color: inherit; text-decoration: none; }
nav a:hover, nav a:focus-visible { border-color: var(--accent); outline: 2px solid var(--accent); outline-offset: -1px; }
nav b { color: var(--accent); font-weight: 600; }
nav span { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
section { margin-bottom: 1.5rem; }
pre { margin: 0; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid var(--line); border-radius: .5rem; background: var(--card);
  font: .85rem/1.6 ui-monospace, monospace; }
`;
