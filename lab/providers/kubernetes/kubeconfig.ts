/**
 * Credentials from a kubeconfig: certificates, tokens and passwords are read here; entries that call another program
 * go through @kubernetes/client-node, which is loaded only then because loading it takes longer than all else.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";

interface Named {
  name: string;
}
type ClusterEntry = Named & { cluster?: Record<string, unknown> };
type ContextEntry = Named & { context?: { cluster?: string; user?: string; namespace?: string } };
type UserEntry = Named & { user?: Record<string, unknown> };

export interface Kubeconfig {
  clusters: ClusterEntry[];
  contexts: ContextEntry[];
  users: UserEntry[];
  currentContext: string;
}

/** What it takes to talk to one API server. */
export interface Connection {
  server: string;
  /** Namespace of the context; empty if it names none. */
  namespace: string;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string; rejectUnauthorized: boolean };
  headers: Record<string, string>;
  /** The kubeconfig has a user entry that runs a program or a sign-in flow. */
  plugin: boolean;
}

/**
 * The kubeconfig that applies.
 * @param pathOrContent the provider's argument; empty for the files of KUBECONFIG, or ~/.kube/config
 * @throws Error with a reason if there is none or it cannot be read
 */
export function loadKubeconfig(pathOrContent: string, environment: Record<string, string | undefined>): Kubeconfig {
  if (pathOrContent !== "") {
    const path = pathOrContent.replace(/^~(?=$|\/)/, homedir());
    if (!path.includes("\n") && existsSync(path)) return fromFile(path);
    return checked(pathOrContent, process.cwd(), "the provider's kubeconfig argument");
  }
  const listed = (environment.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? listed : [join(homedir(), ".kube", "config")];
  const found = paths.filter((path) => existsSync(path)).map(fromFile);
  if (found.length === 0) {
    throw new Error(`no kubeconfig: ${paths.join(", ")} not found, and the provider has no kubeconfig argument`);
  }
  return found.reduce((first, next) => ({
    clusters: merged(first.clusters, next.clusters),
    contexts: merged(first.contexts, next.contexts),
    users: merged(first.users, next.users),
    currentContext: first.currentContext || next.currentContext,
  }));
}

function fromFile(path: string): Kubeconfig {
  return checked(readFileSync(path, "utf8"), dirname(resolve(path)), path);
}

/** As kubectl merges files: the first entry of a name wins. */
function merged<Entry extends Named>(first: Entry[], next: Entry[]): Entry[] {
  return [...first, ...next.filter(({ name }) => !first.some((entry) => entry.name === name))];
}

function checked(content: string, folder: string, source: string): Kubeconfig {
  let parsed: unknown;
  try {
    parsed = parse(content);
  } catch (error) {
    throw new Error(`${source} is not YAML: ${(error as Error).message.split("\n")[0]}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${source} is neither a path to a kubeconfig nor the content of one`);
  }
  const config = parsed as Record<string, unknown>;
  const entries = <Entry extends Named>(key: string): Entry[] => (Array.isArray(config[key]) ? (config[key] as Entry[]) : []);
  const absolute = (values: Record<string, unknown> | undefined): void => {
    for (const key of ["certificate-authority", "client-certificate", "client-key", "tokenFile"]) {
      const path = values?.[key];
      if (values !== undefined && typeof path === "string" && path !== "") values[key] = resolve(folder, path);
    }
  };
  const clusters = entries<ClusterEntry>("clusters");
  const users = entries<UserEntry>("users");
  for (const { cluster } of clusters) absolute(cluster);
  for (const { user } of users) absolute(user);
  const current = config["current-context"];
  return { clusters, users, contexts: entries("contexts"), currentContext: typeof current === "string" ? current : "" };
}

/** The cluster entry that a kubeconfig and the provider's arguments select; undefined if they select none. */
export function activeCluster(
  config: Kubeconfig,
  choice: { context?: string; cluster?: string },
): Record<string, unknown> | undefined {
  const contextName = choice.context || config.currentContext;
  const context = config.contexts.find(({ name }) => name === contextName)?.context;
  const clusterName = choice.cluster || context?.cluster;
  return config.clusters.find(({ name }) => name === clusterName)?.cluster;
}

/** @throws Error if the context or cluster does not exist or names what is not done */
export function connectionOf(config: Kubeconfig, choice: { context?: string; cluster?: string }): Connection {
  const contextName = choice.context || config.currentContext;
  const context = config.contexts.find(({ name }) => name === contextName)?.context;
  if (context === undefined && (contextName !== "" || !choice.cluster)) {
    const known = config.contexts.map(({ name }) => name).join(", ") || "none";
    throw new Error(
      contextName === "" ? "the kubeconfig has no current context" : `no context "${contextName}" (there are: ${known})`,
    );
  }
  const cluster = activeCluster(config, choice);
  if (cluster === undefined) throw new Error(`the kubeconfig has no cluster "${choice.cluster || context?.cluster}"`);
  const user = config.users.find(({ name }) => name === context?.user)?.user ?? {};
  const string = (holder: Record<string, unknown>, key: string): string | undefined => {
    const value = holder[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const bytes = (holder: Record<string, unknown>, key: string): Buffer | undefined => {
    const inline = string(holder, `${key}-data`);
    if (inline !== undefined) return Buffer.from(inline, "base64");
    const path = string(holder, key);
    return path === undefined ? undefined : readFileSync(path);
  };
  const server = string(cluster, "server");
  if (server === undefined) throw new Error(`the kubeconfig's cluster "${context?.cluster}" names no server`);
  if (string(cluster, "proxy-url") !== undefined) throw new Error("proxy-url in a kubeconfig is not supported here");
  const headers: Record<string, string> = {};
  const tokenFile = string(user, "tokenFile");
  const token = tokenFile === undefined ? string(user, "token") : readFileSync(tokenFile, "utf8").trim();
  const username = string(user, "username");
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  else if (username !== undefined) {
    const pair = `${username}:${string(user, "password") ?? ""}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  return {
    server: server.replace(/\/$/, ""),
    namespace: context?.namespace ?? "",
    headers,
    tls: {
      ca: bytes(cluster, "certificate-authority"),
      cert: bytes(user, "client-certificate"),
      key: bytes(user, "client-key"),
      servername: string(cluster, "tls-server-name"),
      rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
    },
    plugin: user.exec !== undefined || user["auth-provider"] !== undefined,
  };
}

/** The kubeconfig as JSON, with a choice of context and cluster made current. */
export function kubeconfigText(config: Kubeconfig, choice: { context?: string; cluster?: string }): string {
  const current = choice.context || config.currentContext;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: config.clusters,
    contexts: config.contexts.map((entry) =>
      entry.name === current && choice.cluster ? { ...entry, context: { ...entry.context, cluster: choice.cluster } } : entry,
    ),
    users: config.users,
    "current-context": current,
  });
}

/** Fills in what a credential program of the kubeconfig answers. */
export async function withPluginCredentials(
  connection: Connection,
  config: Kubeconfig,
  choice: { context?: string },
): Promise<Connection> {
  if (!connection.plugin) return connection;
  const { KubeConfig } = await import("@kubernetes/client-node").catch((error: Error) => {
    throw new Error(
      `the kubeconfig's user runs a program for its credentials; that needs @kubernetes/client-node: ${error.message}`,
    );
  });
  const client = new KubeConfig();
  client.loadFromString(kubeconfigText(config, choice));
  const options: { headers?: Record<string, string>; cert?: Buffer; key?: Buffer } = {};
  await client.applyToHTTPSOptions(options);
  return {
    ...connection,
    headers: { ...connection.headers, ...lowerCased(options.headers ?? {}) },
    tls: { ...connection.tls, cert: options.cert ?? connection.tls.cert, key: options.key ?? connection.tls.key },
  };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
}
