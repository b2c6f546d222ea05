import { addressPlaceholder } from "./names";
import { copySecret } from "./references";

export interface NextStepsArgs {
  stack: string;
  /** What image names begin with; absent without a registry. */
  server?: string;
  username?: string;
  uiUrl?: string;
  /** The platform's own authority: clients have to be told to trust it. */
  ownAuthority: boolean;
  /** Namespaces that have a pull secret, and its name. */
  pulling: { namespaces: string[]; secret: string };
  /** Where a K3s node keeps the authority's certificate. */
  nodeCaFile: string;
  hostsFile: string;
  /** The Secret that holds the routes' certificate, where each namespace with a route has to have it. */
  tls?: { secret: string; namespaces: string[]; context: string };
  /** Ports of apps that are reached without a route. */
  exposed?: { app: string; namespace: string; service: string; ports: string[] }[];
  /** The AWS emulator; absent without one. */
  emulator?: {
    url: string;
    environment: Record<string, string>;
    services: string[];
    persistence: string;
    persistenceReason: string;
  };
}

/**
 * What a person does after `pulumi up`, as commands to copy. Never holds a password: the text is printed with every
 * deployment and ends up in logs.
 */
export function nextSteps(args: NextStepsArgs): string {
  const steps = [
    names(args),
    tls(args),
    ...(args.ownAuthority ? [trust(args)] : []),
    login(args),
    nodes(args),
    aws(args),
    exposed(args),
  ];
  return steps.filter((step) => step !== "").join("\n");
}

function output(args: NextStepsArgs, name: string, options = ""): string {
  return `pulumi stack output ${name} -s ${args.stack}${options}`;
}

function names({ hostsFile }: NextStepsArgs): string {
  if (hostsFile === "") {
    return "";
  }
  const hint = hostsFile.includes(addressPlaceholder)
    ? "  (the address is that of a node; set homelab:routing.address to have it here)\n"
    : "";
  return `Names, in your DNS or in /etc/hosts:\n  ${hostsFile}${hint}`;
}

function tls({ tls: given }: NextStepsArgs): string {
  if (given === undefined || given.namespaces.length === 0) return "";
  const { secret, namespaces, context } = given;
  return [
    `Copy the TLS secret ${secret} to where the routes are, and again whenever it is renewed (NAMESPACE is where it lies now):`,
    ...namespaces.map((namespace) => `  ${copySecret(secret, "NAMESPACE", namespace, `kubectl --context ${context}`)}`),
    `  or, from files:  kubectl --context ${context} create secret tls ${secret} -n ${namespaces[0]} --cert=FILE.crt --key=FILE.key`,
    "",
  ].join("\n");
}

function trust(args: NextStepsArgs): string {
  const { server } = args;
  const images = `sudo install -D -m 644 homelab-ca.crt /etc/docker/certs.d/${server}/ca.crt`;
  return [
    "Trust the platform's certificates, on each machine that uses it:",
    `  ${output(args, "caCertificate")} > homelab-ca.crt`,
    ...(server === undefined ? [] : [`  docker, podman, skopeo, regctl:  ${images}`]),
    `  ${server === undefined ? "" : "crane, oras, helm, "}curl, on Debian:  sudo cp homelab-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates`,
    "  on macOS:  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain homelab-ca.crt",
    "  browsers:  import homelab-ca.crt under certificates, authorities",
    "",
  ].join("\n");
}

function login(args: NextStepsArgs): string {
  if (args.server === undefined || args.username === undefined) {
    return "";
  }
  return [
    "Log in and push:",
    `  ${output(args, "registryPassword", " --show-secrets")} | docker login ${args.server} -u ${args.username} --password-stdin`,
    `  docker tag IMAGE ${args.server}/IMAGE && docker push ${args.server}/IMAGE`,
    ...(args.uiUrl === undefined ? [] : [`  Browse: ${args.uiUrl} (the same account)`]),
    "",
  ].join("\n");
}

function exposed({ exposed: services = [] }: NextStepsArgs): string {
  if (services.length === 0) return "";
  const lines = services.map(({ app, namespace, service, ports }) => {
    return `  kubectl get service -n ${namespace} ${service}   (${app}: ${ports.join(", ")})`;
  });
  return ["Addresses of what apps expose beside HTTPS:", ...lines, ""].join("\n");
}

function pods({ namespaces, secret }: NextStepsArgs["pulling"]): string[] {
  return namespaces.length === 0
    ? []
    : [`Let pods in ${namespaces.join(", ")} pull:`, `  imagePullSecrets: [{ name: ${secret} }]`, ""];
}

/** Where K3s looks, and the file of ours beside it: other registries' entries are never written over. */
const NODE = { folder: "/etc/rancher/k3s", own: "registries.homelab.yaml", read: "registries.yaml" };

function nodes(args: NextStepsArgs): string {
  if (args.server === undefined) {
    return "";
  }
  const put = (mode: string, file: string) => `ssh NODE sudo install -D -m ${mode} /dev/stdin ${file}`;
  return [
    ...pods(args.pulling),
    "Let K3s nodes pull for every pod; from this machine, once for each NODE (on the node itself, without `ssh NODE`):",
    ...(args.ownAuthority ? [`  ${output(args, "caCertificate")} | ${put("644", args.nodeCaFile)}`] : []),
    `  ${output(args, "nodeRegistriesYaml", " --show-secrets")} | ${put("600", `${NODE.folder}/${NODE.own}`)}`,
    `  ssh NODE sudo ln -s ${NODE.own} ${NODE.folder}/${NODE.read}`,
    `    "File exists": leave it if it is this link; else add the entries of ${NODE.own} to the file that is there`,
    "  ssh NODE sudo systemctl restart k3s   (on an agent: k3s-agent)",
    "",
  ].join("\n");
}

function aws({ emulator, ownAuthority }: NextStepsArgs): string {
  if (emulator === undefined) {
    return "";
  }
  const ca = "$PWD/homelab-ca.crt";
  const trusted: Record<string, string> = ownAuthority ? { AWS_CA_BUNDLE: ca, NODE_EXTRA_CA_CERTS: ca } : {};
  const variables = Object.entries({ ...emulator.environment, ...trusted });
  const keeps = emulator.persistence === "effective" ? "Restarts" : "It forgets what you put in";
  return [
    "Use the AWS emulator with any SDK or the AWS CLI:",
    `  export ${variables.map(([name, value]) => `${name}=${value}`).join(" ")}`,
    "  aws s3api head-bucket --bucket first-steps 2>/dev/null || aws s3 mb s3://first-steps",
    "  aws s3 ls",
    `  It has ${emulator.services.join(", ")}; more with homelab:localstack.services.`,
    `  ${keeps}: ${emulator.persistenceReason}.`,
    "",
  ].join("\n");
}
