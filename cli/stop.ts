import { clusterOf } from "./clusters";
import { command, DONE } from "./shared/command";
import { DEV } from "./shared/stacks";
import { UserError } from "../shared/process";

async function run({ options, rest }: { options: { data?: boolean }; rest: string[] }): Promise<number> {
  if (rest.length > 0) throw new UserError(`"${rest[0]}" is not understood here. usage: npm run stop [-- --data]`, 2);
  const cluster = await clusterOf(DEV);
  if (!cluster.local) {
    throw new UserError(
      `The dev stack is on ${cluster.description}, which is not stopped from here. To remove the platform from it: pulumi destroy --stack ${DEV}`,
    );
  }
  await cluster.takeDown(Boolean(options.data));
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
