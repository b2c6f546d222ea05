import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/paths";

function npm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "cli", "run.js"), ...args], {
    encoding: "utf8",
    env: { ...process.env, OFFLINE: "1", HOMELAB_LAB: join(root, ".lab", "none") },
  });
  return { status, text: stdout + stderr };
}

describe("the commands", () => {
  const scripts = Object.keys(
    (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object }).scripts,
  ).filter((script) => script !== "prepare");
  const files = readdirSync(join(root, "cli")).filter((file) => file.endsWith(".ts"));

  it("are the npm scripts, one file each; the check is a program of the policies", () => {
    assert.deepEqual([...files.map((file) => file.replace(".ts", "")), "check"].sort(), [...scripts].sort());
  });

  for (const script of scripts) {
    it(`${script} --help shows its usage and exits with 0`, () => {
      const { status, text } = npm(script, "--help");
      assert.equal(status, 0, text);
      assert.match(text, new RegExp(`^usage: npm run ${script}\\b`));
    });
  }

  const wrong: Array<[string[], RegExp]> = [
    [["start", "--nope"], /'--nope'/],
    [["start", "--stack", "nope"], /Pulumi\.nope\.yaml does not exist/],
    [["stop", "now"], /"now" is not understood/],
    [["backup", "lumina"], /name an app with --app/],
    [["restore", "--from", "nope.db"], /There is no file/],
    [["lab"], /up\|down\|status\|exec/],
    [["lab", "exec"], /exec needs a command/],
    [["nope"], /no command "nope"/],
  ];
  for (const [args, words] of wrong) {
    it(`${args.join(" ")} is wrong usage: exit code 2 and no stack trace`, () => {
      const { status, text } = npm(...args);
      assert.equal(status, 2, text);
      assert.match(text, words);
      assert.doesNotMatch(text, /^ {4}at /m);
    });
  }

  it("that need the lab say how to start it", () => {
    const { status, text } = npm("lab", "exec", "true");
    assert.equal(status, 1);
    assert.match(text, /not running.*npm start/);
  });
});
