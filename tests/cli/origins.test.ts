import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedPlugin, versionsAmong } from "../../cli/engine/official";
import { missingPlugins, remarkableOrigins } from "../../cli/engine/origins";

describe("where the engine's parts come from", () => {
  it("is reported for what was built here and what a stand-in replaces", () => {
    const origins = {
      pulumi: { how: "installed" },
      kubernetes: { how: "built here", version: "4.25.0" },
      random: { how: "stand-in" },
      command: { how: "downloaded", version: "1.2.1" },
    } as const;
    assert.deepEqual(remarkableOrigins(origins), [
      "the official kubernetes plugin 4.25.0, built here",
      "a stand-in of this project acts for the official random plugin",
    ]);
  });

  it("and for a cluster of the user's own, which official plugins are missing and how to get them", () => {
    const words = missingPlugins([
      { name: "kubernetes", version: "4.34.2" },
      { name: "random", version: "4.21.2" },
    ]);
    assert.match(words, /lacks: kubernetes 4\.34\.2, random 4\.21\.2\./);
    assert.match(words, /^ {2}pulumi plugin install resource kubernetes 4\.34\.2$/m);
    assert.match(words, /^ {2}pulumi plugin install resource random 4\.21\.2$/m);
  });
});

describe("an installed plugin", () => {
  const { PULUMI_HOME, HOME, PATH } = process.env;
  let folder: string;

  const install = (version: string) => {
    const place = join(folder, "plugins", `resource-kubernetes-v${version}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "pulumi-resource-kubernetes"), "", { mode: 0o755 });
  };
  const found = (exact: boolean) => installedPlugin({ name: "kubernetes", version: "4.34.2" }, { exact })?.version;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plugins-"));
    Object.assign(process.env, { PULUMI_HOME: folder, HOME: folder, PATH: folder });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const [name, value] of Object.entries({ PULUMI_HOME, HOME, PATH })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it("is the newest by number, not by letter, where any will do", () => {
    assert.deepEqual(
      versionsAmong(
        ["resource-kubernetes-v4.25.0", "resource-kubernetes-v4.9.0", "resource-kubernetes-v4.9.0.lock", "x"],
        "kubernetes",
      ),
      ["4.9.0", "4.25.0"],
    );
    install("4.9.0");
    install("4.25.0");
    assert.equal(found(false), "4.25.0");
  });

  it("is the one asked for where it is there", () => {
    install("4.34.2");
    install("4.35.0");
    assert.deepEqual([found(false), found(true)], ["4.34.2", "4.34.2"]);
  });

  it("is none for a cluster of the user's own where only others are there", () => {
    install("4.25.0");
    assert.equal(found(true), undefined);
  });

  it("is the one on the search path before all others, as for Pulumi itself", () => {
    install("4.34.2");
    writeFileSync(join(folder, "pulumi-resource-kubernetes"), "", { mode: 0o755 });
    assert.equal(
      installedPlugin({ name: "kubernetes", version: "4.34.2" }, { exact: true })?.executable,
      join(folder, "pulumi-resource-kubernetes"),
    );
  });
});
