import { execFile } from "node:child_process";
import { join } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { follow, UserError } from "../shared/process";
import { step } from "../shared/progress";
import { root } from "../shared/paths";

const options = { cwd: root, env: { ...process.env, OFFLINE: "1" } };
const program = (...path: string[]) => join("node_modules", ...path);

interface Check {
  title: string;
  args: string[];
  /** What to do about its findings, if a program can. */
  remedy?: string;
}

// What was found before is kept: a second run looks at what has changed.
const TYPES: Check = {
  title: "types",
  args: [
    program("typescript", "bin", "tsc"),
    "--noEmit",
    "--incremental",
    "--tsBuildInfoFile",
    join(".lab", "types.tsbuildinfo"),
  ],
};

const CHECKS: Check[] = [
  TYPES,
  // Without a cache: what a rule finds in a file depends on the types of others.
  {
    title: "lint rules",
    args: [program("eslint", "bin", "eslint.js"), "."],
    remedy: "`npx eslint --fix .` mends some of it",
  },
  {
    title: "format",
    args: [
      program("prettier", "bin", "prettier.cjs"),
      "--check",
      "--log-level=warn",
      "--cache",
      "--cache-location",
      join(".lab", "format.json"),
      ".",
    ],
    remedy: "`npx prettier --write .` mends it",
  },
];

/** @throws UserError with what the program printed */
function run({ title, args, remedy }: Check): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { ...options, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) return resolve();
      reject(new UserError(`${title}:\n${`${stdout}\n${stderr}`.trim()}\n${remedy ?? ""}`.trimEnd()));
    });
  });
}

async function test({ rest }: { rest: string[] }): Promise<number> {
  const checks = rest.length > 0 ? [TYPES] : CHECKS;
  const results = await Promise.allSettled(checks.map((check) => step(check.title, () => run(check))));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (failures.length > 0) throw new UserError(failures.map(({ message }) => message).join("\n\n"));
  const specs = rest.length > 0 ? rest : ["tests/**/*.test.ts"];
  const mocha = [program("mocha", "bin", "mocha.js"), "--import=tsx", "--ignore", "tests/e2e/**", "--timeout", "60000"];
  return (await follow(process.execPath, [...mocha, ...specs], options)) === 0 ? DONE : FAILED;
}

command({
  name: "test",
  usage: "[-- FILE...]",
  help: `
Checks types, lint rules and format, and runs every test that needs no cluster.
With test files named: the types, and these files.`,
  run: test,
});
