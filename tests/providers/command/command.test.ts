import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Plugin, secret, UNKNOWN, type Json } from "../shared/plugin";
import { Engine } from "./engine";

const TYPE = "command:local:Command";

describe("the command provider's stand-in", function () {
  this.timeout(30_000);
  const engine = new Engine();
  let plugin: Plugin;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "command-provider-"));
    plugin = await Plugin.start("command", await engine.start());
  });
  beforeEach(() => engine.take());
  after(async () => {
    await plugin.stop();
    engine.stop();
    rmSync(folder, { recursive: true });
  });

  const create = async (inputs: Json) => (await plugin.of(TYPE).create(inputs)).state;
  const outputOf = async (inputs: Json) => {
    const { stdout, stderr } = await create(inputs);
    return { stdout, stderr };
  };

  it("reports the version of the SDK package that the project pins", async () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));
    assert.equal(await plugin.version(), manifest.dependencies["@pulumi/command"]);
  });

  describe("check", () => {
    const notDone =
      "is not done by the lab's stand-in for the command plugin: read the files in your program, or install the official " +
      "plugin (pulumi plugin install resource command 1.2.1)";
    const cases: [string, Json, string[]][] = [
      ["nothing at all", {}, []],
      ["values not known yet and secrets", { create: UNKNOWN, stdin: secret("x"), environment: { A: UNKNOWN } }, []],
      ["triggers of any kind", { triggers: [1, "a", { b: null }, secret([true])] }, []],
      ["a command that is no text", { create: ["ls"] }, ["create: must be a string"]],
      ["an environment of numbers", { environment: { A: 1 } }, ["environment: must be an object whose values are strings"]],
      ["a way to log that is none", { logging: "all" }, ["logging: must be one of none, stdout, stderr, stdoutAndStderr"]],
      ["asset paths", { assetPaths: ["*"] }, [`assetPaths: ${notDone}`]],
      ["archive paths", { archivePaths: ["*"] }, [`archivePaths: ${notDone}`]],
    ];
    for (const [title, inputs, failures] of cases) {
      it(title, async () => assert.deepEqual(await plugin.of(TYPE).check(inputs), { inputs, failures }));
    }

    it("names inputs that there are not", async () => {
      const { failures } = await plugin.of(TYPE).check({ craete: "ls" });
      assert.match(failures.join(), /^craete: is not an input; allowed are addPreviousOutputInEnv, archivePaths, /);
    });

    for (const type of ["command:remote:Command", "command:remote:CopyToRemote", "command:remote:CopyFile"]) {
      it(`names the official plugin for ${type}`, () =>
        assert.rejects(
          plugin.of(type).check({}),
          new RegExp(`^Error: The resource type ${type} is not something .* pulumi plugin install resource command 1.2.1$`),
        ));
    }
  });

  describe("create", () => {
    const cases: [string, Json, Json][] = [
      [
        "keeps what is printed, without one line break",
        { create: "printf 'a\\n\\n'; echo b >&2" },
        { stdout: "a\n", stderr: "b" },
      ],
      ["runs nothing without a command", { update: "echo no" }, { stdout: "", stderr: "" }],
      ["passes stdin", { create: "cat", stdin: "from in" }, { stdout: "from in", stderr: "" }],
      ["has no stdin otherwise", { create: "cat" }, { stdout: "", stderr: "" }],
      ["does not mind a command that ignores stdin", { create: "true", stdin: "x".repeat(1e6) }, { stdout: "", stderr: "" }],
      ["passes the environment", { create: "echo $A-$HOME", environment: { A: "1", HOME: "h" } }, { stdout: "1-h", stderr: "" }],
      ["opens secrets", { create: secret("echo $A"), environment: secret({ A: "s" }) }, { stdout: "s", stderr: "" }],
      ["uses the interpreter", { create: "1+1", interpreter: [process.execPath, "-p"] }, { stdout: "2", stderr: "" }],
      ["knows no previous output", { create: "echo $PULUMI_COMMAND_STDOUT" }, { stdout: "", stderr: "" }],
    ];
    for (const [title, inputs, output] of cases) it(title, async () => assert.deepEqual(await outputOf(inputs), output));

    it("runs in dir", async () =>
      assert.deepEqual(await outputOf({ create: "pwd -P", dir: folder }), { stdout: folder, stderr: "" }));

    it("keeps secret inputs secret in the state", async () => {
      const inputs = { create: "true", environment: { A: secret("s") }, stdin: secret("t") };
      assert.deepEqual(await create(inputs), { ...inputs, stdout: "", stderr: "" });
    });

    it("gives ids that begin with the resource's name", async () => {
      const { id } = await plugin.of(TYPE, "migrate").create({});
      assert.match(id, /^migrate[0-9a-f]{8}$/);
    });

    it("runs nothing in a preview", async () => {
      const mark = join(folder, "preview");
      const inputs = { create: `touch ${mark}`, environment: { A: UNKNOWN } };
      const { id, state } = await plugin.of(TYPE).create(inputs, { preview: true });
      assert.deepEqual({ id, state }, { id: "", state: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } });
      assert.equal(existsSync(mark), false);
    });

    const failing: [string, Json, RegExp][] = [
      [
        "with code, command and output",
        { create: "echo a; sleep 0.1; echo b >&2; exit 3" },
        /^Error: exit status 3: running "echo .*":\na\nb\n$/,
      ],
      ["by a signal", { create: "kill -9 $$" }, /^Error: ended by signal SIGKILL: running /],
      [
        "without its interpreter",
        { create: "x", interpreter: ["no-such-program"] },
        /^Error: cannot start \(.*no-such-program.*\): running "x"/,
      ],
      [
        "without its folder",
        { create: "x", dir: "/no/such/folder" },
        /^Error: cannot run "x": dir \/no\/such\/folder is not a folder$/,
      ],
    ];
    for (const [title, inputs, message] of failing) {
      it(`fails ${title}`, () => assert.rejects(create(inputs), (error) => (assert.match(String(error), message), true)));
    }

    it("is ended by the engine's cancel, with what it started", async () => {
      const started = once(engine.events, "message");
      const ended = assert.rejects(create({ create: "echo started; sleep 600; echo no" }), /ended by signal SIGKILL/);
      await started;
      await plugin.cancel();
      await ended;
    });
  });

  describe("logging", () => {
    const command = "echo out; echo err >&2; printf end";
    const cases: [string | undefined, string[]][] = [
      [undefined, ["end", "err", "out"]],
      ["stdoutAndStderr", ["end", "err", "out"]],
      ["stdout", ["end", "out"]],
      ["stderr", ["err"]],
      ["none", []],
    ];
    for (const [logging, lines] of cases) {
      it(`${logging ?? "by default"} sends ${lines.join(", ") || "nothing"}`, async () => {
        await create({ create: command, ...(logging && { logging }) });
        assert.deepEqual(engine.take().sort(), lines);
      });
    }

    it("sends lines in order, beside the resource, for as long as it works", async () => {
      await create({ create: "printf '1\\n2\\r\\n'; printf 3" });
      const urn = plugin.of(TYPE).urn;
      assert.deepEqual(
        engine.messages,
        ["1", "2", "3"].map((message) => ({ urn, message, ephemeral: true })),
      );
    });
  });

  describe("diff", () => {
    const state = { create: "a", triggers: [1, { b: 2 }], environment: { "x.y": secret("s") }, stdout: "", stderr: "" };
    const { stdout: _, stderr: __, ...inputs } = state;
    const cases: [string, Json, Record<string, string>][] = [
      ["nothing changed", inputs, {}],
      ["the command", { ...inputs, create: "b" }, { create: "UPDATE" }],
      ["one more input", { ...inputs, dir: "." }, { dir: "ADD" }],
      ["one input less", { create: "a", triggers: inputs.triggers }, { environment: "DELETE" }],
      ["a secret's value", { ...inputs, environment: { "x.y": secret("t") } }, { 'environment["x.y"]': "UPDATE" }],
      ["a secret that is none any more", { ...inputs, environment: { "x.y": "s" } }, { 'environment["x.y"]': "UPDATE" }],
      ["a value not known yet", { ...inputs, create: UNKNOWN }, { create: "UPDATE" }],
      ["within a trigger: the SDK makes it a replacement", { ...inputs, triggers: [1, { b: 3 }] }, { "triggers[1].b": "UPDATE" }],
      ["no triggers any more", { create: "a", environment: inputs.environment }, { triggers: "DELETE_REPLACE" }],
    ];
    for (const [title, news, changes] of cases) {
      it(title, async () => assert.deepEqual(await plugin.of(TYPE).diff(state, news), changes));
    }
  });

  describe("update", () => {
    const old = { create: "echo c", stdout: "old out", stderr: "old err" };
    const previous = "echo $PULUMI_COMMAND_STDOUT, $PULUMI_COMMAND_STDERR";
    const cases: [string, Json, string][] = [
      ["runs update", { create: "echo c", update: "echo u" }, "u"],
      ["runs create where there is no update", { create: "echo d" }, "d"],
      ["keeps the output where there is neither", {}, "old out"],
      ["knows the previous output", { update: previous }, "old out, old err"],
      ["does not where it shall not", { update: previous, addPreviousOutputInEnv: false }, ","],
    ];
    for (const [title, inputs, stdout] of cases) {
      it(title, async () => assert.equal((await plugin.of(TYPE).update(old, inputs)).stdout, stdout));
    }

    it("knows a previous output that is secret", async () => {
      const updated = await plugin.of(TYPE).update({ ...old, stdout: secret("hidden") }, { update: previous });
      assert.equal(updated.stdout, "hidden, old err");
    });

    const previews: [string, Json, Json][] = [
      ["unknown output where an input changes", { create: "echo d" }, { stdout: UNKNOWN, stderr: UNKNOWN }],
      ["unknown output where an input is unknown", { create: "echo c", stdin: UNKNOWN }, { stdout: UNKNOWN, stderr: UNKNOWN }],
      ["the old output where there is one input more", { create: "echo c", dir: "." }, { stdout: "old out", stderr: "old err" }],
    ];
    for (const [title, inputs, output] of previews) {
      it(`previews ${title}`, async () =>
        assert.deepEqual(await plugin.of(TYPE).update(old, inputs, { preview: true }), { ...inputs, ...output }));
    }
  });

  describe("delete", () => {
    it("runs delete with the last output", async () => {
      const mark = join(folder, "deleted");
      await plugin.of(TYPE).delete({ delete: `echo $PULUMI_COMMAND_STDOUT > ${mark}`, stdout: "last", stderr: "" });
      assert.equal(readFileSync(mark, "utf8"), "last\n");
    });
    it("runs nothing without a command", () => plugin.of(TYPE).delete({ create: "exit 1", stdout: "", stderr: "" }));
    it("fails where the command fails", () =>
      assert.rejects(plugin.of(TYPE).delete({ delete: "echo no >&2; exit 2", stdout: "", stderr: "" }), /exit status 2: .*\nno/));
  });

  it("gives back the state on refresh", async () => {
    const state = { create: "exit 1", stdout: "a", stderr: "" };
    assert.deepEqual(await plugin.of(TYPE).read("id", state, { create: "exit 1" }), {
      id: "id",
      state,
      inputs: { create: "exit 1" },
    });
  });

  describe("local.run", () => {
    it("runs and gives back inputs and output", async () => {
      const args = { command: "echo $A; cat", environment: { A: "1" }, stdin: "in", logging: "none" };
      assert.deepEqual(await plugin.invoke("command:local:run", args), { ...args, stdout: "1\nin", stderr: "" });
    });
    it("fails where the command fails", () =>
      assert.rejects(plugin.invoke("command:local:run", { command: "exit 4" }), /^Error: exit status 4: running "exit 4"/));
    it("wants a command", () =>
      assert.rejects(plugin.invoke("command:local:run", {}), /^Error: local.run: command is required: give a string$/));
    it("names the official plugin for other functions", () =>
      assert.rejects(plugin.invoke("command:remote:run", {}), /The function command:remote:run is not something/));
  });
});
