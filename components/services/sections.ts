import { z } from "zod";
import { admission } from "./admission/schema";
import { apps } from "./apps/schema";
import { artifacts } from "./artifacts/schema";
import { certificates } from "./certificates/schema";
import type { DeepPartial } from "../config/parse";
import { isPlaceholder, text } from "../config/fields";
import { health } from "./health/schema";
import { localstack } from "./localstack/schema";
import { DEFAULT_DOMAIN } from "../config/names";
import { namespaces } from "./namespaces/schema";
import { page } from "./page/schema";
import { registry } from "./registry/schema";
import { routing } from "./routing/schema";
import { storage } from "./storage/schema";
import { host } from "../config/values";

/** Every key below the project's namespace. A new section is a file of its own and a line here. */
export const schema = z.object({
  context: context().meta({
    description:
      "The kubeconfig context to act on; `kubectl config get-contexts -o name` lists yours. Required: the context that happens to be " +
      "current is never used.",
    examples: ["homelab"],
  }),
  kubeconfig: kubeconfig()
    .optional()
    .meta({ description: "Path of the kubeconfig file.", defaultText: "$KUBECONFIG, or ~/.kube/config" }),
  domain: host({ set: DEFAULT_DOMAIN }).default(DEFAULT_DOMAIN).describe("Every name of the platform ends in this."),
  certificates,
  routing,
  storage,
  namespaces,
  registry,
  apps,
  artifacts,
  localstack,
  page,
  admission,
  health,
});

/** Checked configuration, before defaults that follow from other values are filled in (resolve.ts). */
export type Checked = z.output<typeof schema>;

/** The same while it is being checked: a value with a finding is absent. */
export type Draft = DeepPartial<Checked>;

/** A stack names its cluster: acting on whichever context is current is how the wrong cluster gets changed. */
function context() {
  return text({
    allowed: "a context of your kubeconfig; the one that is current is never used",
    fix: [{ run: "kubectl config get-contexts -o name" }, { set: "<context>" }],
    problem: (name) => {
      if (name.trim() === "") return "is empty";
      if (isPlaceholder(name)) return "is a placeholder";
      return /[\x00-\x1f\x7f]/.test(name) ? "has control characters" : undefined;
    },
  });
}

function kubeconfig() {
  return text({
    allowed: "the path of a kubeconfig file; without it KUBECONFIG or ~/.kube/config",
    fix: { set: "~/.kube/config" },
    private: isKubeconfigContent,
    problem: (path) => {
      if (isKubeconfigContent(path)) return "is the content of a kubeconfig; its path goes here";
      if (path.trim() === "") return "is empty";
      return /[\x00-\x1f\x7f]/.test(path) ? "has control characters" : undefined;
    },
  });
}

function isKubeconfigContent(path: string): boolean {
  return /\n|^\s*\{|^apiVersion:/.test(path);
}
