import { toYaml } from "../../../kubernetes/yaml";

/*
 * What clients of the registry read. Every function is pure; what holds a password is made a secret by its caller.
 */

export interface Account {
  username: string;
  password: string;
}

/** Where the node's copy of the platform's root certificate goes. */
export const nodeCaFile = "/etc/rancher/k3s/homelab-ca.crt";

/**
 * Content of a `kubernetes.io/dockerconfigjson` Secret.
 * @param server host, and port when it is not 443: what image names begin with
 */
export function dockerConfigJson(server: string, { username, password }: Account): string {
  const auth = Buffer.from(`${username}:${password}`, "utf8").toString("base64");
  return JSON.stringify({ auths: { [server]: { username, password, auth } } });
}

export interface NodeRegistriesArgs {
  server: string;
  /** Absent: the node pulls without an account, and pods bring pull secrets. */
  account?: Account;
  /** Absent: the certificate is trusted already. */
  caFile?: string;
}

/**
 * `/etc/rancher/k3s/registries.yaml` of a K3s node. It is read when K3s starts.
 * https://docs.k3s.io/installation/private-registry
 */
export function nodeRegistriesYaml({ server, account, caFile }: NodeRegistriesArgs): string {
  const config = {
    ...(account === undefined ? {} : { auth: { username: account.username, password: account.password } }),
    ...(caFile === undefined ? {} : { tls: { ca_file: caFile } }),
  };
  return toYaml({
    mirrors: { [server]: { endpoint: [`https://${server}`] } },
    ...(Object.keys(config).length === 0 ? {} : { configs: { [server]: config } }),
  });
}

/**
 * Data of the ConfigMap by which tools such as Tilt and Skaffold find a cluster's registry.
 * https://github.com/kubernetes/enhancements/tree/master/keps/sig-cluster-lifecycle/generic/1755-communicating-a-local-registry
 */
export function localRegistryHosting(server: string): Record<string, string> {
  return { "localRegistryHosting.v1": toYaml({ host: server, hostFromContainerRuntime: server }) };
}
