/** Only one command at a time starts or stops a lab: a second one would remove what the first one creates. */
import { createServer, type Server } from "node:net";
import { labId, paths } from "../shared/paths";
import { UserError } from "../shared/process";

/**
 * Runs `action` while no other process does so for this lab. The claim is a socket in Linux's abstract namespace: the kernel
 * gives a name to one process only and takes it back when that process ends, however it ends, so there are no stale locks.
 * Throws a UserError at once when another process holds it.
 */
export async function exclusively<T>(action: () => Promise<T>, lab = labId): Promise<T> {
  const claim = await listen(`\0homelab-lab-${lab}`);
  try {
    return await action();
  } finally {
    claim.close();
  }
}

function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", (error: NodeJS.ErrnoException) => reject(error.code === "EADDRINUSE" ? busy() : error));
    server.listen(name, () => resolve(server));
  });
}

function busy(): UserError {
  return new UserError(
    `Another command is starting or stopping the lab in ${paths.lab}. Wait until it has ended, then run this one again.`,
  );
}
