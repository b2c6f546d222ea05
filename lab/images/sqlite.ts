/** An image with SQLite's shell: Debian's own program, with the libraries that it is linked to. */
import { needProgram } from "../engine/requirements";
import { which } from "../../shared/process";
import { base, shellLayer } from "./catalogue";
import type { ImageSpec } from "./image";
import { linkedProgram } from "./linked";

/**
 * @param user as the image of the same contract has it at home: by name
 * @throws UserError when there is no sqlite3 here and none can be installed
 */
export async function sqliteImage(name: string, user = "app"): Promise<ImageSpec> {
  await needProgram("sqlite3", "sqlite3");
  const files = linkedProgram(which("sqlite3")!, "/usr/bin/sqlite3", "sqlite3");
  return {
    name,
    user,
    entrypoint: ["/usr/bin/sqlite3"],
    layers: [base, shellLayer("/bin/busybox"), { files }],
    labels: { "org.opencontainers.image.description": "Debian's sqlite3, assembled on this machine by the lab" },
  };
}
