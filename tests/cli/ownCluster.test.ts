import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownContexts } from "../../cli/shared/contexts";
import { root } from "../../shared/paths";

/** A kubeconfig with one context whose cluster nothing listens at. */
const kubeconfig = `apiVersion: v1
kind: Config
contexts: [{ name: homelab, context: { cluster: home, user: me } }]
clusters: [{ name: home, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: me, user: {} }]
`;

describe("a stack on a cluster of the user's own", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "own-"));
    mkdirSync(join(folder, ".kube"));
    writeFileSync(join(folder, ".kube", "config"), kubeconfig);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const command of ["preview", "start"]) {
    it(`${command} says which official plugins are missing and acts through no other`, () => {
      const lab = join(folder, "lab");
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(root, "cli", "run.js"), command, "--stack", "homelab"],
        {
          encoding: "utf8",
          env: { PATH: process.env.PATH, HOME: folder, OFFLINE: "1", HOMELAB_LAB: lab, HOMELAB_CACHE: join(folder, "cache") },
        },
      );
      assert.equal(status, 1, stdout + stderr);
      assert.match(stderr, /^ {2}pulumi plugin install resource kubernetes \d+\.\d+\.\d+$/m);
      assert.doesNotMatch(stderr, /^ {4}at /m);
      assert.deepEqual(
        readdirSync(lab, { recursive: true, encoding: "utf8" }).filter((file) => file.includes("pulumi-resource")),
        [],
      );
    });
  }

  it("is identified by its context, wherever the kubeconfig lies", () => {
    const { KUBECONFIG } = process.env;
    const other = join(folder, "other");
    writeFileSync(other, kubeconfig.replace("name: homelab", "name: other"));
    process.env.KUBECONFIG = `${join(folder, ".kube", "config")}:${other}:${join(folder, "none")}`;
    try {
      assert.deepEqual(knownContexts(), ["homelab", "other"]);
      assert.deepEqual(knownContexts(other), ["other"]);
      writeFileSync(other, "contexts: [");
      assert.deepEqual(knownContexts(other), []);
    } finally {
      if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = KUBECONFIG;
    }
  });
});
