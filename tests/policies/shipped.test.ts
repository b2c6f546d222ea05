import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { configure } from "../../policies/configuration";
import { judge, sentence } from "../../policies/core/evaluate";
import { Field } from "../../kubernetes/objects/field";
import { expand, type ObjectView } from "../../policies/core/object";
import { viewsOf } from "../../policies/crossguard/resources";
import { RULES } from "../../policies/rules";
import { renderApp, type AppBlock } from "../components/apps";
import { plain, type Run } from "../components/recorder";
import { exampleOf } from "../config/examples";
import { root, runStack, stackConfig } from "../program/program";

/*
 * What the project ships fits what its own policies allow: every stack with its examples switched on and the documented apps,
 * with what those charts render, judged by that stack's file and by the rules' own defaults.
 */

const read = (file: string) => readFileSync(join(root, file), "utf8");

const readme = /```yaml\n(homelab:apps:[^]*?)```/.exec(read("README.md"))![1]!;
const [ofReadme] = (parse(readme) as { "homelab:apps": AppBlock[] })["homelab:apps"];
const [lucia] = parse(read("docs/lucia.yaml")) as AppBlock[];

function documentedApps(): AppBlock[] {
  const [ofStackFile] = exampleOf("apps") as AppBlock[];
  // Two apps cannot have one name, and the example of the stack file is README's with every key.
  return [ofStackFile!, { ...ofReadme!, name: "second" }, { ...lucia!, chart: "./tests/fixtures/charts/lucia" }];
}

/** Every section on, at its default size or the example's. */
async function everythingOn(stack: string, apps: AppBlock[]): Promise<Run> {
  const given = stackConfig(stack) as Record<string, Record<string, unknown>>;
  const declared = ["buckets", "queues", "topics", "tables", "parameters", "secrets"];
  const resources = Object.fromEntries(declared.map((key) => [key, exampleOf(`localstack.${key}`)]));
  const config = {
    "homelab:context": "any",
    "homelab:namespaces": exampleOf("namespaces"),
    "homelab:registry": { ...given["homelab:registry"], users: exampleOf("registry.users") },
    "homelab:localstack": { ...given["homelab:localstack"], enabled: true, ...resources },
    "homelab:admission": { ...given["homelab:admission"], enabled: true },
    "homelab:apps": apps,
  };
  return runStack(stack, { config, secretKeys: ["homelab:registry", "homelab:localstack"] }, { preview: true });
}

function viewsOfRun(run: Run): ObjectView[] {
  return run.resources.flatMap(({ urn, type, name, inputs }) =>
    viewsOf({ urn, type, name, props: plain(inputs) as Record<string, unknown> }),
  );
}

function refusals(views: ObjectView[], config: unknown): string[] {
  const { settings, judging } = configure(RULES, config, "2026-01-01");
  return judge(views, settings, judging)
    .filter(({ level }) => level === "mandatory")
    .map(sentence);
}

describe("what is shipped fits the policies it is shipped with", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);

  for (const stack of ["homelab", "dev"]) {
    it(`${stack}, with its examples and the documented apps, by its own file and by the rules' defaults`, async () => {
      const apps = documentedApps();
      const views = viewsOfRun(await everythingOn(stack, apps));
      for (const app of apps) {
        const { objects, words, status } = await renderApp(app);
        assert.equal(status, 0, words);
        const rendered = objects.flatMap((object) => expand(object as { apiVersion: string; kind: string }, new Field(object)));
        assert.ok(
          rendered.some(({ pod }) => pod),
          `${String(app.name)} has no workload`,
        );
        views.push(...rendered);
      }
      assert.ok(views.some(({ kind, name }) => kind === "PersistentVolumeClaim" && name === "lumina-data"));
      assert.deepEqual(refusals(views, JSON.parse(read(`policies/config/${stack}.json`))), [], "by its own file");
      assert.deepEqual(refusals(views, {}), [], "by the rules' defaults");
    });
  }
});
