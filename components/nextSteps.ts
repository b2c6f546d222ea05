import { addressPlaceholder } from "./names";

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
  /** Ports of apps that are reached without a route. */
  exposed?: { app: string; namespace: string; service: string; ports: string[] }[];
  /** The AWS emulator; absent without one. */
  emulator?: { url: string; environment: Record<string, string>; persistence: string; persistenceReason: string };
}

/**
 * What a person does after `pulumi up`, as commands to copy. Never holds a password: the text is printed with every
 * deployment and ends up in logs.
 */
export function nextSteps(args: NextStepsArgs): string {
  const steps = [names(args), ...(args.ownAuthority ? [trust(args)] : []), login(args), nodes(args), aws(args), exposed(args)];
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

function trust(args: NextStepsArgs): string {
  const docker =
    args.server === undefined
      ? ""
      : [`  Docker:  sudo install -D -m 644 homelab-ca.crt /etc/docker/certs.d/${args.server}/ca.crt`, ""].join("\n");
  return [
    "Trust the platform's certificates:",
    `  ${output(args, "caCertificate")} > homelab-ca.crt`,
    docker + "  Debian:  sudo cp homelab-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates",
    "  macOS:   sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain homelab-ca.crt",
    `  K3s:     sudo install -D -m 644 homelab-ca.crt ${args.nodeCaFile}   (on every node)`,
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

function nodes(args: NextStepsArgs): string {
  if (args.server === undefined) {
    return "";
  }
  return [
    ...pods(args.pulling),
    "Let K3s nodes pull for every pod (on every node, then restart k3s):",
    `  ${output(args, "nodeRegistriesYaml", " --show-secrets")} > registries.yaml`,
    "  sudo install -m 600 registries.yaml /etc/rancher/k3s/registries.yaml",
    "",
  ].join("\n");
}

function aws({ emulator, ownAuthority }: NextStepsArgs): string {
  if (emulator === undefined) {
    return "";
  }
  const variables = { ...emulator.environment, ...(ownAuthority ? { AWS_CA_BUNDLE: "homelab-ca.crt" } : {}) };
  const forgets = emulator.persistence === "effective" ? "" : `  It forgets what you put in: ${emulator.persistenceReason}.\n`;
  return [
    "Use the AWS emulator with any SDK or the AWS CLI:",
    `  export ${Object.entries(variables)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`,
    "  aws s3 mb s3://uploads && aws s3 ls",
    forgets,
  ].join("\n");
}
