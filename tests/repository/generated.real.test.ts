import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { generatedFiles, isShipped } from "../../cli/generate/files";
import { stacks } from "../../cli/generate/stacks";
import { realPulumi, type RealPulumi } from "../realPulumi";

/* What is made from the schemas, before the real pulumi. */
describe("generated files and the pulumi that reads them", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  let real: RealPulumi;
  const contentOf = (path: string) => generatedFiles().find((file) => file.path === path)!.content;

  before(async () => {
    real = await realPulumi(contentOf("Pulumi.yaml"));
    for (const { name } of stacks) real.run("stack", "init", name);
  });
  after(() => real.remove());

  for (const { name, values } of stacks) {
    const file = () => join(real.folder, `Pulumi.${name}.yaml`);
    const configured = () => JSON.parse(real.run("config", "--stack", name, "--json")) as Record<string, { value: string }>;

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
      real.run("config", "set", "--stack", name, "--path", "homelab:registry.storage.size", "50Gi");
      const after = readFileSync(file(), "utf8");
      const comments = (text: string) => text.split("\n").flatMap((line) => /#.*/.exec(line.trim()) ?? []);
      assert.deepEqual(comments(after).sort(), comments(before).sort());
      assert.ok(isShipped(before, values) && !isShipped(after, values));
      assert.equal(JSON.parse(configured()["homelab:registry"]!.value).storage.size, "50Gi");
    });
  }
});
