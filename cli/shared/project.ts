import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/paths";

/** What Pulumi.yaml calls the project, and the engine therefore its folders. `pulumi new` may have given it a name of your own. */
export const PROJECT = /^name: *"?([^"\s]+)/m.exec(readFileSync(join(root, "Pulumi.yaml"), "utf8"))?.[1] ?? "homelab";
