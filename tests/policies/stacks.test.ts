import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configure } from "../../policies/configuration";
import { judge, sentence } from "../../policies/core/evaluate";
import { viewsOf } from "../../policies/crossguard/resources";
import { RULES } from "../../policies/rules";
import { plain, type Run } from "../components/recorder";
import { root, runStack } from "../program/program";

/** What the command line gives the pack beside the stack. */
function configured(stack: string) {
  return configure(RULES, JSON.parse(readFileSync(join(root, "policies", "config", `${stack}.json`), "utf8")), "2026-01-01");
}

/** What `npm start` adds to the dev stack's file. */
const STARTED = {
  "homelab:context": "lab",
  "homelab:kubeconfig": "/nowhere",
  "homelab:routing": { hsts: false, nodePort: 30500, port: 5000, address: "127.0.0.1" },
};

function verdicts(stack: string, run: Run): string[] {
  const { settings, judging } = configured(stack);
  const views = run.resources.flatMap(({ urn, type, name, inputs }) =>
    viewsOf({ urn, type, name, props: plain(inputs) as Record<string, unknown> }),
  );
  assert.ok(views.length > 10, "there is nothing to judge");
  return judge(views, settings, judging).map((verdict) => `${verdict.level} ${sentence(verdict)}`);
}

describe("the project's own stacks", () => {
  for (const stack of ["homelab", "dev"]) {
    for (const preview of [false, true]) {
      it(`${stack} breaks no rule ${preview ? "at preview, and hides nothing from the rules" : "once deployed"}`, async () => {
        const config = { "homelab:health": { afterUp: true }, ...(stack === "dev" ? STARTED : {}) };
        assert.deepEqual(verdicts(stack, await runStack(stack, { config }, { preview })), []);
      });
    }
  }
});
