import { command, DONE } from "./shared/command";
import { removeKind } from "./shared/kind";
import { DEV, filesWithSecrets, targetOf } from "./shared/stacks";
import { labDown } from "../lab/cluster/down";
import { exclusively } from "../lab/exclusive";
import { UserError } from "../shared/process";
import { say } from "../shared/progress";

async function run({ options, rest }: { options: { data?: boolean }; rest: string[] }): Promise<number> {
  if (rest.length > 0) throw new UserError(`"${rest[0]}" is not understood here. usage: npm run stop [-- --data]`, 2);
  const target = targetOf(DEV);
  if (target.kind === "context")
    throw new UserError(
      `The dev stack is on your own cluster (context "${target.context}"), which is not stopped from here. To remove the platform from it: pulumi destroy --stack ${DEV}`,
    );
  if (target.kind === "kind") return removeKind(Boolean(options.data));
  const encrypted = options.data ? filesWithSecrets() : [];
  const wasRunning = await exclusively(() =>
    labDown({ removeData: Boolean(options.data), keepPassphrase: encrypted.length > 0 }),
  );
  say(
    `${wasRunning ? "Stopped" : "Nothing was running"}; the data is ${options.data ? "removed" : "kept (npm stop -- --data removes it)"}.`,
  );
  if (encrypted.length > 0) say(`The passphrase is kept: it alone opens the encrypted values in ${encrypted.join(", ")}.`);
  return DONE;
}

command<{ data?: boolean }>({
  name: "stop",
  usage: "[-- --data]",
  options: { data: { type: "boolean" } },
  help: `
Takes the dev stack's cluster on this machine down and leaves nothing running. Images, state and volumes are kept for the
next start; --data removes them too, but for the passphrase where a stack file holds values that were encrypted with it. Programs built from source stay in the cache either way.`,
  run,
});
