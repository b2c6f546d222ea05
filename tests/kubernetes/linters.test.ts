import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CONTRARY_CHECKS, withLinterAnnotations } from "../../kubernetes/linters";
import { singleWriterSqlite } from "../../policies/rules/storage/single-writer-sqlite";

const page = readFileSync(join(__dirname, "..", "..", "docs", "policies-compared.md"), "utf8");
const why = "SQLite has one writer";

const deployment = {
  "ignore-check.kube-linter.io/no-rolling-update-strategy": why,
  "ignore-check.kube-linter.io/minimum-three-replicas": why,
  "polaris.fairwinds.com/deploymentMissingReplicas-exempt": "true",
  "kube-score/ignore": "deployment-strategy,deployment-replicas",
};

describe("annotations for other linters", () => {
  const cases: [string, string, Record<string, string> | undefined, Record<string, string>][] = [
    ["a Deployment", "Deployment", undefined, deployment],
    ["a StatefulSet", "StatefulSet", {}, { "ignore-check.kube-linter.io/minimum-three-replicas": why }],
    ["a kind that no check speaks of", "Job", { a: "b" }, { a: "b" }],
    ["what is there already", "Deployment", { a: "b" }, { ...deployment, a: "b" }],
    [
      "a reason that somebody gave",
      "Deployment",
      { "ignore-check.kube-linter.io/minimum-three-replicas": "one GPU" },
      { ...deployment, "ignore-check.kube-linter.io/minimum-three-replicas": "one GPU" },
    ],
    [
      "kube-score's list, which grows",
      "Deployment",
      { "kube-score/ignore": "pod-networkpolicy, deployment-replicas" },
      { ...deployment, "kube-score/ignore": "pod-networkpolicy,deployment-replicas,deployment-strategy" },
    ],
    [
      "a StatefulSet's list for kube-score, which stays",
      "StatefulSet",
      { "kube-score/ignore": "x" },
      {
        "ignore-check.kube-linter.io/minimum-three-replicas": why,
        "kube-score/ignore": "x",
      },
    ],
  ];
  for (const [title, kind, given, expected] of cases) {
    it(`are right for ${title}, and the same when written twice`, () => {
      const once = withLinterAnnotations(kind, given, why);
      assert.deepEqual(once, expected);
      assert.deepEqual(withLinterAnnotations(kind, once, why), once);
    });
  }

  it("are those that the page on other linters shows", () => {
    const [, block] = /```yaml\n(metadata:\n[\s\S]*?)```/.exec(page)!;
    assert.deepEqual(parse(block!).metadata.annotations, deployment);
  });

  it("are about the checks that the rule disagrees with, and the page names each", () => {
    assert.deepEqual(singleWriterSqlite.anchors?.contraries, CONTRARY_CHECKS);
    for (const check of CONTRARY_CHECKS) assert.ok(page.includes(check.split("/")[1]!), check);
  });
});
