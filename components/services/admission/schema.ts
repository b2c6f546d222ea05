import { z } from "zod";
import { choice, flag, text } from "../../config/fields";
import { namespace } from "../../config/values";

/** The policies in the API server, where `kubectl` meets them too. */
export const admission = z
  .object({
    enabled: flag().default(false),
    action: choice(["deny", "warn"], { deny: "refuses what a mandatory rule forbids", warn: "only says it" }).default("deny"),
    policies: policies().default(""),
    everywhere: flag().default(false),
    except: z
      .array(namespace("kube-system"))
      .default(["kube-system", "kube-public", "kube-node-lease", "cert-manager", "local-path-storage", "traefik"]),
  })
  .prefault({});

function policies() {
  return text({
    allowed: "the path of a JSON file below the project, as --policy-pack-config takes it; empty for the rules' own settings",
    fix: { set: "policies/config/homelab.json" },
    problem: (path) => {
      if (path === "") return undefined;
      if (/^[/~]|(^|\/)\.\.(\/|$)|[\x00-\x1f\x7f]/.test(path)) return "does not lie below the project";
      return path.endsWith(".json") ? undefined : "is no JSON file";
    },
  });
}
