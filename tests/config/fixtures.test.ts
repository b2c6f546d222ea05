import assert from "node:assert/strict";
import { isSecret, type Output } from "@pulumi/pulumi";
import {
  type ConfigProblem,
  type ConfigResult,
  formatProblems,
  parseConfig,
  type PlatformConfig,
} from "../../components/configuration";
import { asInput, type Fixture, readFixtures, SECRETS } from "./stackFile";

const rejected = readFixtures("rejected");
const accepted = readFixtures("accepted");

describe("rejected stacks", () => {
  it("are as many as the mistakes people make", () => assert.ok(rejected.length >= 24, `${rejected.length} fixtures`));

  for (const { name, content } of rejected) {
    describe(name, () => {
      const withFile = () => problemsOf(parseConfig({ ...asInput(content.config), stackFile: content.config }));

      it("reports exactly the expected problems", () => {
        const found = withFile().map(({ allowed: _, ...problem }) => problem);
        assert.deepEqual(found, content.expect);
      });

      it("says of every problem what is allowed", () => {
        for (const { key, allowed } of withFile()) assert.ok(allowed.length > 0, key);
      });

      it("finds the same without the stack file, except a plain password beside a secret", () => {
        const keys = problemsOf(parseConfig(asInput(content.config))).map(({ key, cause }) => `${key} ${cause}`);
        const plain = /stored in plain text/;
        const hasSecret = JSON.stringify(content.config).includes('"secure"');
        const expected = withFile().map(({ key, cause }) => `${key} ${cause}`);
        assert.deepEqual(keys, hasSecret ? expected.filter((line) => !plain.test(line)) : expected);
      });

      it("repeats no secret", () => {
        for (const stackFile of [content.config, undefined]) {
          const problems = problemsOf(parseConfig({ ...asInput(content.config), stackFile }));
          assertNoSecret(formatProblems(problems, { project: "homelab", stack: "test" }), content);
          assertNoSecret(JSON.stringify(problems), content);
        }
      });
    });
  }
});

describe("accepted stacks", () => {
  it("are as many as the ways to run the platform", () => assert.ok(accepted.length >= 7, `${accepted.length} fixtures`));

  for (const { name, content } of accepted) {
    it(name, async () => {
      const result = parseConfig(asInput(content.config));
      assert.deepEqual(result.ok ? [] : result.problems, []);
      const config = (result as { ok: true; config: PlatformConfig }).config;
      for (const [path, expected] of Object.entries(content.expect as Record<string, unknown>)) {
        await assertValue(path, valueAt(config, path), expected);
      }
    });
  }
});

function problemsOf(result: ConfigResult<PlatformConfig>): ConfigProblem[] {
  assert.equal(result.ok, false, "the stack was accepted");
  return result.problems;
}

/** Neither an encrypted value of the fixture nor a plain one that stands for a password (they all begin with sesame). */
function assertNoSecret(text: string, { config }: Fixture["content"]): void {
  const used = Object.entries(SECRETS).filter(([name, secret]) => secret !== "" && JSON.stringify(config).includes(`"${name}"`));
  for (const [, secret] of used) assert.ok(!text.toLowerCase().includes(secret.toLowerCase()), `a secret is in: ${text}`);
  assert.doesNotMatch(text, /sesame|hunter2|12345678/);
}

async function assertValue(path: string, actual: unknown, expected: unknown): Promise<void> {
  if (/\.(password|value)$/.test(path)) {
    const output = actual as Output<string> & { promise(): Promise<string> };
    assert.equal(await isSecret(output), true, `${path} is a secret`);
    assert.equal(await output.promise(), SECRETS[(expected as { secret: string }).secret], path);
    return;
  }
  assert.deepEqual(actual ?? null, expected, path);
}

/** `registry.users[0].name` */
function valueAt(config: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], config);
}
