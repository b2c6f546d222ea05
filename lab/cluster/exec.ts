/** Runs a command of the user's with the lab's network, names, credentials and programs. */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../shared/paths";
import { follow } from "../../shared/process";
import { requireNode } from "./node";

const TRUST_VARIABLES = ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];

/** Variables by which the usual clients find the lab's cluster, trust the platform's CA and know its registry account. */
export function labEnvironment(): NodeJS.ProcessEnv {
  const names = existsSync(paths.caCertificate) ? TRUST_VARIABLES : [];
  const trust = Object.fromEntries(names.map((name) => [name, paths.caCertificate]));
  return { KUBECONFIG: paths.kubeconfig, DOCKER_CONFIG: paths.dockerConfig, ...trust };
}

/**
 * Runs a command in the node's network and with its names; in mounts of its own, so that only /etc/hosts and
 * /etc/resolv.conf differ from the host's. Resolves to the command's exit code.
 */
export async function execInLab(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const node = requireNode();
  mkdirSync(paths.dockerConfig, { recursive: true });
  const binds = [
    [paths.hosts, "/etc/hosts"],
    [join(paths.run, "resolv.conf"), "/etc/resolv.conf"],
  ]
    .filter(([, target]) => existsSync(target!))
    .map(([source, target]) => `mount --bind '${source}' '${realpathSync(target!)}'`);
  const script = [...binds, 'exec "$@"'].join(" && ");
  const inside = [
    "--net=/proc/" + String(node.pid) + "/ns/net",
    "--",
    "unshare",
    "--mount",
    "sh",
    "-c",
    script,
    "sh",
    ...command,
  ];
  return follow("nsenter", inside, { env });
}
