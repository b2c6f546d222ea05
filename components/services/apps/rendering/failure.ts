/* Why a chart cannot be rendered, in words for the person who has to act. Pure. */

/** helm's sentence about a schema that names another one on the web, which it asks for at every rendering. */
const UNLOADED = /fail(?:ing|ed)(?: to)? load(?:ing)? "(https?:[^"]+)"/g;

/** What keeps a machine from the web, as Go says it. */
const NO_WAY = /no such host|connection refused|network is unreachable|i\/o timeout|deadline exceeded|server misbehaving/;

/** @param message what the plugin says, with the words of everybody who passed the error on */
export function renderFailure(app: string, message: string): string {
  const cause = message.replace(/^.*?(failed to (generate YAML|create chart from template)[^:]*: )+/s, "").trim();
  const missing = [...new Set([...cause.matchAll(UNLOADED)].map(([, address]) => address!))];
  if (missing.length === 0) return `The app ${app}: its chart cannot be rendered: ${cause}`;
  const why = NO_WAY.exec(cause)?.[0];
  // What helm found by itself, beside what it could not load.
  const wrong = cause.split("\n").filter((line) => /^\s*- (at|\S+:) /.test(line));
  return (
    `The app ${app}: its chart cannot be rendered, because the schema of its values (values.schema.json) refers to ` +
    `${missing.join(", ")}, which this machine cannot load${why === undefined ? "" : ` (${why})`}. helm asks for it at every ` +
    "rendering, so preview and deploy where there is a network, or make the chart a folder (`helm pull --untar`, then `chart: ./FOLDER`) " +
    "and take the reference out of its values.schema.json, or that file away, also in the charts of its folder charts/: its values are " +
    `then not checked against it${wrong.length === 0 ? "" : `. Beside that helm says:\n${wrong.join("\n")}`}`
  );
}
