/**
 * The stand-in for the kubernetes plugin gives the answers of the official one: 49 edits of small objects, recorded
 * with the official plugin 4.32.0 on a cluster of the same version (provider-behaviour.json), planned here on the lab.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KubeResource, ScratchStack, succeeded, type Outcome } from "./stack";

interface Case {
  kind: string;
  edit: { path: string; value: unknown; autonamed: boolean };
  steps: string[];
  diff: Record<string, string>;
  replaceBecause: string[];
  /** The first 300 characters of the error's text. */
  error: string | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

const recorded = JSON.parse(readFileSync(join(__dirname, "provider-behaviour.json"), "utf8")) as { cases: Case[] };
const RECORDED_ERROR_LENGTH = 300;
const API_VERSIONS: Record<string, string> = {
  Secret: "v1",
  ConfigMap: "v1",
  Service: "v1",
  ServiceAccount: "v1",
  PersistentVolumeClaim: "v1",
  ResourceQuota: "v1",
  LimitRange: "v1",
  Namespace: "v1",
  Deployment: "apps/v1",
  StatefulSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  Role: "rbac.authorization.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  NetworkPolicy: "networking.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  StorageClass: "storage.k8s.io/v1",
  PodDisruptionBudget: "policy/v1",
};

function declare(name: string, kind: string, object: Record<string, unknown>): KubeResource {
  const apiVersion = API_VERSIONS[kind];
  assert.ok(apiVersion !== undefined, `no apiVersion is known for the kind ${kind}`);
  const type = `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  return new KubeResource({ name, type, inputs: { apiVersion, kind, ...object } });
}

describe("the kubernetes provider answers edits as the official plugin does", function () {
  this.timeout(300_000);
  // One failing preview ends all others of its stack: each case with an error has a stack of its own.
  const stacks = new Map<string, { stack: ScratchStack; cases: number[] }>();
  const outcomes = new Map<number, Outcome>();
  const namespaces = new ScratchStack("namespaces");

  recorded.cases.forEach((edit, index) => {
    const key = edit.error === null ? "answers" : `error-${index}`;
    const entry = stacks.get(key) ?? { stack: new ScratchStack(key), cases: [] };
    stacks.set(key, entry);
    entry.cases.push(index);
  });

  const program = (cases: number[], side: "before" | "after") => () => {
    for (const index of cases) {
      const edit = recorded.cases[index] as Case;
      declare(`case-${index}`, edit.kind, edit[side]);
    }
  };

  before(async () => {
    const made = await namespaces.up(() => {
      for (const name of ["conf", "conf-other"]) declare(name, "Namespace", { metadata: { name } });
    });
    succeeded(made);
    for (const { stack, cases } of stacks.values()) {
      const applied = await stack.up(program(cases, "before"));
      succeeded(applied);
      const planned = await stack.preview(program(cases, "after"));
      for (const index of cases) outcomes.set(index, planned);
    }
  });

  after(async () => {
    for (const { stack } of stacks.values()) {
      await stack.destroy();
      stack.discard();
    }
    await namespaces.destroy();
    namespaces.discard();
  });

  recorded.cases.forEach((edit, index) => {
    const naming = edit.edit.autonamed ? " (named by Pulumi)" : "";
    it(`${edit.kind}${naming}: ${edit.edit.path} = ${JSON.stringify(edit.edit.value)}`, () => {
      const outcome = outcomes.get(index) as Outcome;
      const name = `case-${index}`;
      const step = outcome.steps.get(name);
      assert.deepEqual([step?.op], edit.steps);
      assert.deepEqual(step?.diff, edit.diff);
      assert.deepEqual([...(step?.replaceBecause ?? [])].sort(), [...edit.replaceBecause].sort());
      const error = outcome.errors.get(name);
      if (edit.error === null) assert.equal(error, undefined);
      else assert.equal(`error: ${error}`.slice(0, RECORDED_ERROR_LENGTH), edit.error.slice(0, RECORDED_ERROR_LENGTH));
    });
  });
});
