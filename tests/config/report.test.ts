import assert from "node:assert/strict";
import { type ConfigProblem, formatProblems, parseConfig } from "../../components/configuration";
import { formatKey, removeCommand, setCommand, setSecretCommand } from "../../components/config/commands";
import { asInput } from "./stackFile";

const name = { project: "homelab", stack: "dev" };

describe("commands", () => {
  it("write keys as a person types them", () => {
    assert.equal(formatKey("homelab", ["domain"]), "homelab:domain");
    assert.equal(formatKey("homelab", ["registry", "users", 0, "name"]), "homelab:registry.users[0].name");
    assert.equal(formatKey("homelab", ["registry", "a.b"]), 'homelab:registry["a.b"]');
  });
  it("use --path where there is one, and quote what the shell would read", () => {
    assert.equal(setCommand(name, ["domain"], "a.b"), "pulumi config set --stack dev homelab:domain a.b");
    assert.equal(
      setCommand(name, ["routing", "allowedRanges", 0], "it's"),
      `pulumi config set --stack dev --path 'homelab:routing.allowedRanges[0]' 'it'\\''s'`,
    );
    assert.equal(removeCommand(name, ["registry", "a"]), "pulumi config rm --stack dev --path homelab:registry.a");
    assert.equal(removeCommand(name, ["registry.a"]), "pulumi config rm --stack dev homelab:registry.a");
  });
  it("never carry a secret", () => {
    assert.equal(
      setSecretCommand(name, ["registry", "users", 0, "password"]),
      "pulumi config set --secret --stack dev --path 'homelab:registry.users[0].password'",
    );
  });
});

describe("the report", () => {
  const problem: ConfigProblem = {
    key: "homelab:routing.port",
    value: "70000",
    cause: "is above 65535",
    allowed: "a port, 1-65535",
    fix: "one\ntwo",
  };

  it("is aligned", () => {
    assert.equal(
      formatProblems([problem, { ...problem, value: undefined, fix: "one" }], name),
      `The configuration of stack dev has 2 mistakes; nothing was changed.

  homelab:routing.port is above 65535
    value    70000
    allowed  a port, 1-65535
    fix      one
             two

  homelab:routing.port is above 65535
    allowed  a port, 1-65535
    fix      one`,
    );
  });

  it("breaks long lines, and never a command or a word", () => {
    const long = "word ".repeat(60).trim();
    const command = `pulumi config set ${"x ".repeat(60).trim()}`;
    const lines = formatProblems([{ ...problem, value: "v".repeat(150), allowed: long, fix: command }], name).split("\n");
    assert.ok(
      lines.some((line) => line.endsWith(command)),
      "the command is whole",
    );
    assert.ok(
      lines.some((line) => line.endsWith("v".repeat(150))),
      "the word is whole",
    );
    assert.ok(lines.filter((line) => line.includes("word")).length > 2);
    for (const line of lines.filter((line) => line.includes("word"))) assert.ok(line.length <= 100, line);
    assert.equal(lines.join(" ").match(/word/g)?.length, 60);
  });

  it("writes out what a terminal would act on", () => {
    const text = report({ "homelab:context": "home", "homelab:domain": "a\u001b[31m\u202e\u0007.local" });
    assert.match(text, /\\u001b\[31m\\u202e\\u0007/);
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it("writes out strange keys too", () => {
    const text = report({ "homelab:context": "home", "homelab:\u001b[2J": "x", "homelab:registry": { "\u001b[2J": 1 } });
    assert.match(text, /homelab:"\\u001b\[2J" is not a known key/);
    assert.match(text, /homelab:registry\["\\u001b\[2J"\] is not a known key/);
    assert.doesNotMatch(text, /\u001b/);
  });

  it("shows no URL with credentials", () => {
    const text = report({ "homelab:context": "home", "homelab:domain": "https://someone:sesame@homelab.home.arpa" });
    assert.doesNotMatch(text, /sesame/);
    assert.match(text, /not shown/);
  });

  it("hides the neighbours of a secret where nothing distinguishes them, and only there", () => {
    const config = {
      "homelab:context": "home",
      "homelab:registry": { bcryptCost: 31, users: [{ name: "ci", password: { secure: "good-secret" } }] },
    };
    assert.match(report(config), /registry\.bcryptCost is above 12\n    value    \(not shown/);
    assert.match(report(config, config), /registry\.bcryptCost is above 12\n    value    31\n/);
  });

  it("does not believe a stack file that says something else", () => {
    const config = { "homelab:context": "home", "homelab:registry": { host: { secure: "host-secret" } } };
    const other = { "homelab:registry": { host: "Another_Host.local" } };
    assert.doesNotMatch(report(config, other), /hidden_host|hidden-host/i);
  });
});

function report(config: Record<string, unknown>, stackFile?: Record<string, unknown>): string {
  const result = parseConfig({ ...asInput(config, "dev"), stackFile });
  assert.equal(result.ok, false);
  return result.ok ? "" : formatProblems(result.problems, name);
}
