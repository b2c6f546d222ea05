/** Plugins that outlive an engine that was killed: nothing ends them, and what they were at they may still do. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Process {
  pid: number;
  parent: number;
  /** Program and arguments. */
  words: string[];
}

function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    return { pid, parent, words: readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0") };
  } catch {
    return undefined; // It has just ended.
  }
}

/** Those of the plugins of a folder of Pulumi's whose engine is gone. Pure. */
export function orphanedPlugins(processes: readonly Process[], pulumiHome: string): Process[] {
  const plugins = join(pulumiHome, "plugins", "resource-");
  const isEngine = (pid: number) => processes.some((one) => one.pid === pid && /(?:^|\/)pulumi$/.test(one.words[0] ?? ""));
  return processes.filter(({ words, parent }) => words.slice(0, 3).some((word) => word.startsWith(plugins)) && !isEngine(parent));
}

/** Ends them, where the system tells of them. */
export function endOrphanedPlugins(pulumiHome: string | undefined): void {
  if (process.platform !== "linux" || pulumiHome === undefined) return;
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const processes = ids.map((id) => readProcess(Number(id))).filter((one) => one !== undefined);
  for (const { pid } of orphanedPlugins(processes, pulumiHome)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has just ended.
    }
  }
}
