import { z } from "zod";
import { choice, flag, text } from "../../config/fields";
import { namespace } from "../../config/values";

export const admission = z
  .object({
    enabled: flag().default(false).describe("Whether they are there."),
    action: choice(["deny", "warn"], { deny: "refuses what a mandatory rule forbids", warn: "only says it" })
      .default("deny")
      .describe("What happens to what breaks a rule."),
    policies: policies().default("").meta({
      description: "Levels, parameters and exemptions: the file that previews take with --policy-pack-config.",
      defaultText: "the rules' own",
    }),
    everywhere: flag().default(false).describe("In every namespace but those of `except`, instead of the platform's own."),
    except: z
      .array(namespace("kube-system"))
      .default(["kube-system", "kube-public", "kube-node-lease", "cert-manager", "local-path-storage", "traefik"])
      .describe("Namespaces that `everywhere` leaves out."),
  })
  .prefault({})
  .describe("The policies in the API server too, so that kubectl cannot go round them.");

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
