/** The policies over a large corpus, side by side with other linters on the same files. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPrograms } from "../../../lab/engine/build";
import type { Program } from "../../../lab/engine/programs";
import { root } from "../../../shared/paths";
import { run, UserError } from "../../../shared/process";
import { hundredths, median, seconds, type Measurement } from "../timing";
import { writeCorpus, type Corpus, type Planted } from "./corpus";

const CONFTEST: Program = {
  name: "conftest",
  version: "v0.69.0",
  binaries: ["conftest"],
  versionFlags: [],
  source: { install: "github.com/open-policy-agent/conftest@v0.69.0" },
  estimate: 120,
};
const MONOKLE = "@monokle/validation@0.33.0";

/** Conftest must take at least this many times as long. */
const FASTER_THAN_CONFTEST = 5;

interface Report {
  findings: { rule: string; kind: string; namespace: string; name: string }[];
  resources: number;
}

/** Makes the corpus, judges it by this pack, by conftest with six rules and by Monokle, in turn. */
export async function measurePolicies(times: number): Promise<Measurement[]> {
  const scratch = mkdtempSync(join(tmpdir(), "homelab-policies-"));
  try {
    const corpus = writeCorpus(join(scratch, "corpus"));
    const { conftest } = await buildPrograms([CONFTEST]);
    installMonokle(scratch);
    return await sideBySide(corpus, { conftest: conftest!, monokle: scratch }, times);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function installMonokle(folder: string): void {
  cpSync(join(__dirname, "monokle.mjs"), join(folder, "monokle.mjs"));
  run("npm", ["install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", MONOKLE]);
}

async function sideBySide(corpus: Corpus, tools: { conftest: string; monokle: string }, times: number): Promise<Measurement[]> {
  let [report, six, conftest] = ["", "", ""];
  const check = (config: string) =>
    judged(process.execPath, [join(root, "cli", "run.js"), "check", "--format", "json", "--config", config]);
  const programs = {
    check: () => (report = check(corpus.config)),
    six: () => (six = check(corpus.sixConfig)),
    conftest: () => (conftest = judged(tools.conftest, ["test", "--no-color", "--output", "json", "--policy", rego])),
    monokle: () => void judged(process.execPath, [join(tools.monokle, "monokle.mjs")]),
  };
  const rego = join(__dirname, "six.rego");
  function judged(program: string, args: string[]): string {
    return run(program, [...args, corpus.folder], { allowFailure: true, env: process.env }).stdout;
  }
  // Compiled once, not in the first of the runs that count.
  run(process.execPath, [join(root, "cli", "run.js"), "check", "--help"], { env: process.env });
  const runs: Record<keyof typeof programs, number[]> = { check: [], six: [], conftest: [], monokle: [] };
  for (let count = 0; count < times; count++) {
    for (const name of ["check", "six", "conftest", "monokle"] as const) runs[name].push(await seconds(programs[name]));
  }
  const exact = accuracy(JSON.parse(report) as Report, corpus);
  assertConftestSees(conftest, corpus.planted);
  assertSixFound(JSON.parse(six) as Report, corpus.planted);
  const name = `npm run check, ${corpus.manifests} manifests of ${(corpus.bytes / 1e6).toFixed(1)} MB (${exact})`;
  const own = { runs: runs.check, median: median(runs.check) };
  const other = (tool: "conftest" | "monokle", title: string) => ({ name: title, median: median(runs[tool]) });
  const against = [
    other("conftest", "conftest 0.69.0 with six rules"),
    other("monokle", `${MONOKLE} with its offline rules`),
  ] as const;
  return [
    { name, ...own, goal: 2 },
    {
      name: `npm run check with conftest's six rules alone, ${FASTER_THAN_CONFTEST} times as fast`,
      runs: runs.six,
      median: median(runs.six),
      goal: hundredths(against[0].median / FASTER_THAN_CONFTEST),
      against: against[0],
    },
    { name: "npm run check with all rules, faster", ...own, goal: against[1].median, against: against[1] },
  ];
}

const keyOf = ({ rule, kind, namespace, name }: Omit<Planted, "six">) => `${rule}: ${kind} ${namespace}/${name}`;

/** Every planted violation is found and nothing else is; anything less is an error, not a figure. */
function accuracy({ findings, resources }: Report, { planted, manifests }: Corpus): string {
  const [truth, found] = [new Set(planted.map(keyOf)), new Set(findings.map(keyOf))];
  const missed = [...truth].filter((key) => !found.has(key));
  const wrong = [...found].filter((key) => !truth.has(key));
  if (resources !== manifests || missed.length > 0 || wrong.length > 0) {
    throw new UserError(
      `npm run check judged ${resources} of ${manifests} manifests, missed ${missed.length} planted violations and made up ${wrong.length}:\n` +
        [...missed, ...wrong].slice(0, 10).join("\n"),
    );
  }
  return `${truth.size} violations planted, recall and precision 1.0`;
}

/** The comparison is fair only where conftest finds what its six rules are for. */
function assertConftestSees(output: string, planted: readonly Planted[]): void {
  const answers = JSON.parse(output) as { failures?: { msg: string }[] }[];
  const messages = answers.flatMap(({ failures }) => failures ?? []).map(({ msg }) => msg);
  const seen = new Set(messages.map((message) => message.split(": ", 2).join(": ")));
  const missed = planted.filter(({ six, kind, namespace, name }) => six && !seen.has(`${six}: ${kind} ${namespace}/${name}`));
  if (missed.length > 0) throw new UserError(`conftest missed ${missed.length} violations: its rules are not the same.`);
}

/** And for the policies that stand against them. */
function assertSixFound({ findings }: Report, planted: readonly Planted[]): void {
  const found = new Set(findings.map(keyOf));
  const missed = planted.filter((each) => each.six && !found.has(keyOf(each)));
  if (missed.length > 0) throw new UserError(`npm run check missed ${missed.length} violations of the six rules.`);
}
