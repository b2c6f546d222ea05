import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { generatedFiles, isShipped } from "../../cli/generate/files";
import { stacks } from "../../cli/generate/stacks";
import { buildPrograms } from "../../lab/engine/build";
import { enginePrograms } from "../../lab/engine/programs";

/* What is made from the schemas, before the real pulumi. */
describe("generated files and the pulumi that reads them", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  let folder: string;
  let pulumi: string;
  const contentOf = (path: string) => generatedFiles().find((file) => file.path === path)!.content;
  const run = (...words: string[]) => {
    const env = {
      ...process.env,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const answer = spawnSync(pulumi, [...words, "--non-interactive"], { cwd: folder, env, encoding: "utf8" });
    assert.equal(answer.status, 0, answer.stderr);
    return answer.stdout;
  };

  before(async () => {
    pulumi = (await buildPrograms(enginePrograms.filter(({ name }) => name === "pulumi"))).pulumi!;
    folder = mkdtempSync(join(tmpdir(), "homelab-generated-"));
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "Pulumi.yaml"), contentOf("Pulumi.yaml"));
    for (const { name } of stacks) run("stack", "init", name);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { name, values } of stacks) {
    const file = () => join(folder, `Pulumi.${name}.yaml`);
    const configured = () => JSON.parse(run("config", "--stack", name, "--json")) as Record<string, { value: string }>;

    it(`${name}: every key reaches the program, with the project's default where the stack says nothing`, () => {
      writeFileSync(file(), contentOf(`Pulumi.${name}.yaml`));
      const { config } = parse(contentOf("Pulumi.yaml")) as { config: Record<string, { default: unknown }> };
      const defaults = Object.fromEntries(Object.entries(config).map(([key, entry]) => [`homelab:${key}`, entry.default]));
      const read = Object.entries(configured()).map(([key, { value }]) => [key, value]);
      const meant = Object.entries({ ...defaults, ...values }).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const asValues = (entries: string[][]) =>
        Object.fromEntries(entries.map(([key, value]) => [key, /^[[{]/.test(value!) ? (JSON.parse(value!) as unknown) : value]));
      assert.deepEqual(asValues(read), asValues(meant));
    });

    it(`${name}: a value set by command keeps the comments, and makes the file its owner's`, () => {
      const before = contentOf(`Pulumi.${name}.yaml`);
      writeFileSync(file(), before);
      run("config", "set", "--stack", name, "--path", "homelab:registry.storage.size", "50Gi");
      const after = readFileSync(file(), "utf8");
      const comments = (text: string) => text.split("\n").flatMap((line) => /#.*/.exec(line.trim()) ?? []);
      assert.deepEqual(comments(after).sort(), comments(before).sort());
      assert.ok(isShipped(before, values) && !isShipped(after, values));
      assert.equal(JSON.parse(configured()["homelab:registry"]!.value).storage.size, "50Gi");
    });
  }
});
