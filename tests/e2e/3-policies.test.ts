import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/paths";
import { devStackIsUp, inLab, scratch, succeeded } from "./support";

/** A program with one bad object each for the three rules, previewed with the real engine, cluster and pack. */
const program = `
import * as k8s from "@pulumi/kubernetes";
const provider = new k8s.Provider("lab", { context: "lab", kubeconfig: process.env.KUBECONFIG });
const options = { provider };
const metadata = (name: string) => ({ name, namespace: "apps" });
const bounded = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };
const workload = (name: string, container: object, spec: object) => new k8s.apps.v1.Deployment(name, {
  metadata: metadata(name),
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image: "example.invalid/app:1", ...container }] } },
    ...spec,
  },
}, options);
workload("unbounded", {}, { replicas: 1 });
workload("two-writers", { resources: bounded, env: [{ name: "DATABASE_URL", value: "sqlite:////data/app.db" }] }, { replicas: 2 });
new k8s.apiextensions.CustomResource("plain-route", {
  apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute", metadata: metadata("plain-route"),
  spec: { entryPoints: ["web"], routes: [{ kind: "Rule", match: "Host(\`app.homelab.test\`)", services: [{ name: "app", port: 80 }] }] },
}, options);
`;

describe("the policy pack at preview", () => {
  let text: string;

  before("a project with bad objects is previewed", () => {
    devStackIsUp();
    const folder = scratch("bad");
    mkdirSync(folder);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: bad\nruntime: nodejs\n");
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bad", main: "index.ts" }));
    writeFileSync(join(folder, "index.ts"), program);
    const pulumi = (...args: string[]) =>
      inLab(["env", `PULUMI_BACKEND_URL=file://${folder}`, "pulumi", "--cwd", folder, "--non-interactive", ...args]);
    succeeded(pulumi("stack", "init", "test"));
    const result = pulumi("preview", "--stack", "test", "--policy-pack", join(root, "policies"));
    assert.notEqual(result.status, 0, "the preview passed");
    text = result.text;
  });

  const expectations: Array<[string, RegExp, RegExp]> = [
    ["limits and requests", /unbounded/, /limits|requests/i],
    ["a single writer for SQLite", /two-writers/, /replicas/i],
    ["HTTPS only", /plain-route/, /websecure|HTTPS|TLS/i],
  ];
  for (const [rule, object, fix] of expectations) {
    it(`refuses what breaks the rule of ${rule}, and names rule, object and fix`, () => {
      assert.match(text, object);
      assert.match(text, fix);
    });
  }

  it("never prints the value of an environment variable", () => {
    assert.doesNotMatch(text, /data\/app\.db/);
  });
});
