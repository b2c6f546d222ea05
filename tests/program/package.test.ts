import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../../shared/paths";

/* The packed components in somebody else's program, far from the checkout. tests/e2e/2-package.test.ts has the real engine. */

interface Manifest {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
}

describe("the package of the components", function () {
  this.timeout(180_000);
  let project: string;
  let manifest: Manifest;

  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { cwd: project, encoding: "utf8", env: { ...process.env, NODE_PATH: "" } });

  before("packed, and laid where npm would lay it", () => {
    project = mkdtempSync(join(tmpdir(), "stranger-"));
    const packed = spawnSync(process.execPath, [join("cli", "run.js"), "pack", "components", "--to", project], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(packed.status, 0, packed.stderr);
    const installed = join(project, "node_modules", "homelab-components");
    mkdirSync(installed, { recursive: true });
    assert.equal(run("tar", "-xf", packed.stdout.trim(), "-C", installed, "--strip-components=1").status, 0);
    manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Manifest;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      const link = join(project, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, "node_modules", name), link);
    }
    cpSync(join(root, "examples", "registry"), project, { recursive: true });
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("brings what it needs in the versions that are tried here, and leaves Pulumi to who uses it", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
    assert.deepEqual(Object.keys(manifest.peerDependencies), ["@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random"]);
    for (const [name, version] of Object.entries(manifest.dependencies)) assert.equal(version, dependencies[name], name);
  });

  it("has declarations that the example passes", () => {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
    writeFileSync(
      join(project, "wrong.ts"),
      'import { Registry } from "homelab-components";\nnew Registry("registry", { host: 1 });\n',
    );
    symlinkSync(join(root, "node_modules", "@types"), join(project, "node_modules", "@types"));
    const { stdout } = run(process.execPath, tsc, "index.ts", "wrong.ts", "--ignoreConfig", ...options, "--skipLibCheck");
    assert.match(stdout, /^wrong\.ts\(2,\d+\): error/);
    assert.doesNotMatch(stdout, /^(?!wrong|\s|$)/m);
  });

  it("makes what it makes here, and finds its scripts from the program's folder", () => {
    const program = `
      const pulumi = require("@pulumi/pulumi");
      const made = [];
      const random = { result: "x".repeat(32), base64: Buffer.alloc(16).toString("base64"), hex: "00".repeat(32) };
      pulumi.runtime.setMocks({
        newResource: (args) => (made.push(args), { id: args.name, state: { ...args.inputs, ...random } }),
        call: () => ({}),
      }, "images", "home", false);
      const { Platform, settings } = require("homelab-components");
      new Platform("homelab", settings({
        domain: "example.test",
        certificates: { mode: "selfSigned" },
        localstack: { enabled: true, flavor: "localstack-persist" },
        admission: { enabled: true },
        health: { afterUp: true },
      }));
      process.on("beforeExit", () => {
        console.log(JSON.stringify(made.map(({ type, name, inputs }) => ({ type, name, inputs }))));
        process.exit(0);
      });`;
    const { status, stdout, stderr } = run(process.execPath, "-e", program);
    assert.equal(status, 0, stderr);
    const made = JSON.parse(stdout.trim().split("\n").at(-1)!) as { type: string; name: string; inputs: { create?: string } }[];
    assert.ok(made.some(({ type }) => type === "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"));
    const commands = made.flatMap(({ inputs }) => inputs.create ?? []);
    assert.ok(commands.length > 0);
    for (const command of commands) assert.equal(command, "node node_modules/homelab-components/checkService.js");
    const [script] = commands[0]!.split(" ").slice(1);
    assert.equal(run(process.execPath, "--check", script!).status, 0);
  });
});
