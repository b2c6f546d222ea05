/** What every command has in common: options, help, exit codes, and failures shown without a stack trace. */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UserError } from "../../shared/process";

export interface CommandLine<Options> {
  options: Options;
  rest: string[];
}

interface Definition<Options> {
  /** Name of the npm script. */
  name: string;
  /** What `--help` prints after the usage line. */
  help: string;
  /** The arguments in the usage line, for example `-- [--data]`. */
  usage: string;
  options?: NonNullable<ParseArgsConfig["options"]>;
  /** Leave everything after the first word that is not an option alone. */
  passThrough?: boolean;
  run(line: CommandLine<Options>): number | Promise<number>;
}

export const DONE = 0;
export const FAILED = 1;

function parse<Options>(definition: Definition<Options>, args: string[]): CommandLine<Options> {
  if (definition.passThrough) return { options: {} as Options, rest: args };
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...definition.options, help: { type: "boolean" } },
      allowPositionals: true,
    });
    return { options: values as Options, rest: positionals };
  } catch (error) {
    throw new UserError(`${(error as Error).message.split(". To specify")[0]}\n\n${usageOf(definition)}`, 2);
  }
}

const usageOf = <Options>(definition: Definition<Options>) => `usage: npm run ${definition.name} ${definition.usage}`.trimEnd();

/** Runs a command and ends the process with its exit code: 0 done, 1 failed or unhealthy, 2 wrong usage. */
export function command<Options>(definition: Definition<Options>): void {
  const args = process.argv.slice(2);
  if (args[0] === "--help" || args[0] === "-h" || (!definition.passThrough && args.includes("--help"))) {
    process.stdout.write(`${usageOf(definition)}\n\n${definition.help.trim()}\n`);
    process.exit(DONE);
  }
  Promise.resolve()
    .then(() => definition.run(parse(definition, args)))
    .then(
      (code) => process.exit(code),
      (error: unknown) => {
        const known = error instanceof UserError;
        process.stderr.write(`\n${known ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
        process.exit(known ? error.exitCode : FAILED);
      },
    );
}
