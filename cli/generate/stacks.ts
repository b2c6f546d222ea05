/** The stacks that the project comes with: what each has chosen, key by key. */
export interface Stack {
  name: string;
  title: string;
  /** What a reader has to know before the first key. */
  about: string;
  /** Only what is chosen, without what else could be. */
  brief: boolean;
  values: Record<string, unknown>;
  /** Said of a key instead of what its schema says; of one that has no value, with a line to fill in. */
  notes: Record<string, { text: string; line?: string }>;
}

const pulumi = {
  values: { "pulumi:disable-default-providers": ["kubernetes"] },
  notes: {
    "pulumi:disable-default-providers": {
      text:
        "The built-in kubernetes provider acts on the current context. Without it, a resource that was not given this stack's cluster " +
        "is an error instead of a surprise.",
    },
  },
};

export const stacks: readonly Stack[] = [
  {
    name: "homelab",
    title: "The platform on a K3s cluster at home.",
    about:
      "Every key is here: an active line is this stack's choice, a commented one shows the default, or an example after the words " +
      '"Default: ...". Passwords never stand here in plain text: `pulumi config set --secret --path ...` writes them encrypted. ' +
      "The same as tables: docs/configuration.md.",
    brief: false,
    values: {
      ...pulumi.values,
      "homelab:context": "homelab",
      "homelab:domain": "homelab.home.arpa",
      "homelab:certificates": { mode: "ownCa" },
      "homelab:routing": { hsts: true },
      "homelab:storage": { class: "local-path", protection: "retain" },
      "homelab:registry": { storage: { size: "30Gi" } },
      "homelab:localstack": { enabled: true, flavor: "localstack-persist", storage: { size: "20Gi" } },
      "homelab:admission": {
        enabled: false,
        action: "deny",
        policies: "policies/config/homelab.json",
        everywhere: false,
        except: ["kube-system", "kube-public", "kube-node-lease", "cert-manager", "local-path-storage", "traefik"],
      },
      "homelab:health": { afterUp: false },
    },
    notes: pulumi.notes,
  },
  {
    name: "dev",
    title: "A throw-away platform on this machine: small, and nothing in it survives `pulumi destroy`.",
    about:
      "Only what this stack chooses is here. Every other key, with its default: Pulumi.homelab.yaml, or docs/configuration.md. " +
      "Passwords never stand here in plain text: `pulumi config set --secret --path ...` writes them encrypted.",
    brief: true,
    values: {
      ...pulumi.values,
      "homelab:domain": "homelab.test",
      "homelab:certificates": { mode: "ownCa" },
      "homelab:routing": { hsts: false },
      "homelab:storage": { class: "local-path", protection: "none" },
      "homelab:namespaces": [{ name: "apps", pullSecret: true, egress: "internet" }],
      "homelab:registry": { storage: { size: "1Gi" } },
      "homelab:localstack": { enabled: true, storage: { size: "1Gi" } },
      "homelab:admission": {
        enabled: false,
        action: "deny",
        policies: "policies/config/dev.json",
        everywhere: false,
        except: ["kube-system", "kube-public", "kube-node-lease", "cert-manager", "local-path-storage", "traefik"],
      },
      "homelab:health": { afterUp: false },
    },
    notes: {
      ...pulumi.notes,
      "homelab:context": {
        text:
          "The kubeconfig context to act on. Required, and not in this file: `npm start` finds or makes a cluster and hands Pulumi a " +
          "copy of this file (--config-file) that names it, with its ports and addresses. For a cluster of your own, say so here, and " +
          "`npm start` will use that:",
        line: "homelab:context: my-cluster",
      },
    },
  },
];
