import { ensureLabUp, labCluster } from "./clusters/lab";
import { command, DONE, FAILED } from "./shared/command";
import { deployedStack, generateStackFile, hostNames } from "./shared/stacks";
import { exclusively } from "../lab/exclusive";
import { UserError } from "../shared/process";
import { say } from "../shared/progress";
import { execInLab, labEnvironment } from "../lab/cluster/exec";
import { labDown } from "../lab/cluster/down";
import { ESSENTIAL } from "../lab/cluster/daemons";
import { lostDaemons, runningNode } from "../lab/cluster/node";
import { engineEnvironment } from "./engine/environment";

async function up(): Promise<number> {
  await ensureLabUp([...new Set([...hostNames("dev"), ...hostNames("homelab")])]);
  say("The lab is up. Use it with: npm run lab -- exec kubectl get pods -A");
  return DONE;
}

function status(): number {
  const node = runningNode();
  if (!node) {
    process.stdout.write("not running\n");
    return FAILED;
  }
  process.stdout.write(`running    node ${node.network.nodeAddress}, first process ${node.pid}\n`);
  const ended = lostDaemons();
  for (const name of ESSENTIAL) process.stdout.write(`${name.padEnd(26)}${ended.includes(name) ? "ended" : "running"}\n`);
  return ended.length === 0 ? DONE : FAILED;
}

/** Pulumi's commands that run the program get the lab's copy of a stack's file: its cluster and its salt, not the tracked one's. */
function stackFileFor(words: readonly string[], engine: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const stack = deployedStack(words);
  return stack === undefined
    ? {}
    : { PULUMI_OPTION_CONFIG_FILE: generateStackFile(stack, labCluster, {}, engine.PULUMI_BACKEND_URL) };
}

async function run({ rest }: { rest: string[] }): Promise<number> {
  const [action, ...args] = rest;
  if (action === "exec") {
    const words = args[0] === "--" ? args.slice(1) : args;
    if (words.length === 0) throw new UserError("exec needs a command, for example: npm run lab -- exec kubectl get pods -A", 2);
    const engine = engineEnvironment("lab");
    return execInLab(words, { ...engine, ...labEnvironment(), ...stackFileFor(words, engine) });
  }
  if (args.length === 0) {
    if (action === "up") return exclusively(up);
    if (action === "status") return status();
    if (action === "down") {
      const wasRunning = await exclusively(() => labDown({ removeData: false }));
      say(wasRunning ? "The lab is down; its data is kept." : "The lab was not running.");
      return DONE;
    }
  }
  throw new UserError("usage: npm run lab -- up|down|status|exec -- CMD...", 2);
}

command({
  name: "lab",
  usage: "-- up|down|status|exec -- CMD...",
  passThrough: true,
  help: `
up      builds what is missing and brings up a one-node Kubernetes cluster on this machine
down    takes it down and keeps its data
status  reports which parts run; exit code 1 when any does not
exec    runs CMD with the lab's network, names, KUBECONFIG and programs (pulumi, kubectl, crane)`,
  run,
});
