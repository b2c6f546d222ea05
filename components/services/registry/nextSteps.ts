import { printOutput } from "../nextStep";
import { nodeCaFile } from "./clientFiles";

export interface RegistrySteps {
  stack: string;
  /** What image names begin with. */
  server: string;
  username: string;
  uiUrl?: string;
  /** Namespaces that have a pull secret, and its name. */
  pulling: { namespaces: string[]; secret: string };
  /** The platform's own authority: nodes have to be told to trust it. */
  ownAuthority: boolean;
}

export function logIn(args: RegistrySteps): string {
  return [
    "Log in and push:",
    `  ${printOutput(args.stack, "registryPassword", " --show-secrets")} | docker login ${args.server} -u ${args.username} --password-stdin`,
    `  docker tag IMAGE ${args.server}/IMAGE && docker push ${args.server}/IMAGE`,
    ...(args.uiUrl === undefined ? [] : [`  Browse: ${args.uiUrl} (the same account)`]),
    "",
  ].join("\n");
}

function pods({ namespaces, secret }: RegistrySteps["pulling"]): string[] {
  return namespaces.length === 0
    ? []
    : [`Let pods in ${namespaces.join(", ")} pull:`, `  imagePullSecrets: [{ name: ${secret} }]`, ""];
}

/** Where K3s looks, and the file of ours beside it: other registries' entries are never written over. */
const NODE = { folder: "/etc/rancher/k3s", own: "registries.homelab.yaml", read: "registries.yaml" };

export function pullOnNodes(args: RegistrySteps): string {
  const put = (mode: string, file: string) => `ssh NODE sudo install -D -m ${mode} /dev/stdin ${file}`;
  return [
    ...pods(args.pulling),
    "Let K3s nodes pull for every pod; from this machine, once for each NODE (on the node itself, without `ssh NODE`):",
    ...(args.ownAuthority ? [`  ${printOutput(args.stack, "caCertificate")} | ${put("644", nodeCaFile)}`] : []),
    `  ${printOutput(args.stack, "nodeRegistriesYaml", " --show-secrets")} | ${put("600", `${NODE.folder}/${NODE.own}`)}`,
    `  ssh NODE sudo ln -s ${NODE.own} ${NODE.folder}/${NODE.read}`,
    `    "File exists": leave it if it is this link; else add the entries of ${NODE.own} to the file that is there`,
    "  ssh NODE sudo systemctl restart k3s   (on an agent: k3s-agent)",
    "",
  ].join("\n");
}
