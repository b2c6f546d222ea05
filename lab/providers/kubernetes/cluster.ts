/** One Kubernetes cluster: its kinds, and its objects. */
import type { ProviderConfig } from "./config";
import { AGGREGATED_DISCOVERY, readDiscovery, type ApiResource, type Discovery, type DiscoveryAnswer } from "./discovery";
import { messageOf, NoSuchKindError, UnreachableError } from "./errors";
import { HttpClient, type RequestOptions } from "./http";
import { builtInNamespaced } from "./kinds";
import {
  connectionOf,
  kubeconfigText,
  loadKubeconfig,
  withPluginCredentials,
  type Connection,
  type Kubeconfig,
} from "./kubeconfig";
import { apiVersionOf, kindOf, namespaceOf, nameOf, at, list, text, type GroupVersionKind, type KubeObject } from "./objects";

export interface ServerVersion {
  gitVersion: string;
}
export interface WriteOptions {
  dryRun: boolean;
  fieldManager: string;
  signal?: AbortSignal;
}

export class Cluster {
  private kubeconfig: Kubeconfig | undefined;
  private connection: Connection | undefined;
  /** Why there is no connection at all: no kubeconfig, no such context. */
  private readonly misconfigured: string | undefined;
  private client: Promise<HttpClient> | undefined;
  private version: Promise<ServerVersion> | undefined;
  private discovered: Promise<Discovery> | undefined;
  private readonly scopes = new Map<string, boolean>();
  /** Kinds of definitions that this run has established; the server lists them a second or two later. */
  private readonly established = new Map<string, ApiResource>();

  constructor(
    private readonly config: ProviderConfig,
    environment: Record<string, string | undefined>,
  ) {
    try {
      this.kubeconfig = loadKubeconfig(config.kubeconfig, environment);
      this.connection = connectionOf(this.kubeconfig, config);
    } catch (error) {
      this.misconfigured = messageOf(error);
    }
  }

  /** Namespace for objects that name none. */
  get defaultNamespace(): string {
    return this.config.namespace || this.connection?.namespace || "default";
  }

  /** The server's version; the first call finds out whether the cluster answers. @throws UnreachableError */
  serverVersion(): Promise<ServerVersion> {
    this.version ??= this.request<ServerVersion>("/version");
    return this.version;
  }

  /** Why the cluster cannot be used, undefined if it can. */
  async unreachable(): Promise<string | undefined> {
    try {
      await this.serverVersion();
      return undefined;
    } catch (error) {
      return error instanceof UnreachableError ? error.reason : messageOf(error);
    }
  }

  /** Scope of a kind whose CRD the program declares, for when the cluster does not know it yet. */
  rememberCrd(crd: KubeObject): void {
    const scope = text(crd, "spec", "scope");
    const key = `${text(crd, "spec", "group")}/${text(crd, "spec", "names", "kind")}`;
    if (scope !== "") this.scopes.set(key, scope === "Namespaced");
  }

  /** Whether a kind lives in a namespace, as far as that is known without asking the cluster. */
  namespacedOffline(kind: GroupVersionKind): boolean | undefined {
    return builtInNamespaced(kind) ?? this.scopes.get(`${kind.group}/${kind.kind}`);
  }

  /** Whether a kind lives in a namespace; undefined if nobody knows. */
  async namespaced(kind: GroupVersionKind): Promise<boolean | undefined> {
    const known = this.namespacedOffline(kind);
    if (known !== undefined || (await this.unreachable()) !== undefined) return known;
    return (await this.lookUp(kind))?.namespaced;
  }

  async knows(kind: GroupVersionKind): Promise<boolean> {
    return (await this.unreachable()) === undefined && (await this.lookUp(kind)) !== undefined;
  }

  /** To be called when kinds may have come or gone. */
  forgetKinds(): void {
    this.discovered = undefined;
  }

  /** To be called with the live object of a definition that is established. */
  learnKinds(crd: KubeObject): void {
    this.forgetKinds();
    const resource = {
      plural: text(crd, "spec", "names", "plural"),
      namespaced: text(crd, "spec", "scope") === "Namespaced",
    };
    for (const version of list(crd, "spec", "versions")) {
      const kind = `${text(crd, "spec", "group")}/${text(version, "name")}/${text(crd, "spec", "names", "kind")}`;
      if (at(version, "served") === true) this.established.set(kind, resource);
    }
  }

  /** To be called when a definition is gone, and its kinds with it. */
  unlearnKinds(): void {
    this.forgetKinds();
    this.established.clear();
  }

  async apiVersions(): Promise<string[]> {
    return (await this.discovery()).apiVersions;
  }

  async get(object: KubeObject, signal?: AbortSignal): Promise<KubeObject> {
    return this.request(await this.pathOf(object), { signal });
  }

  async create(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    const path = await this.collectionOf(kindOf(object), namespaceOf(object));
    return this.request(path, { ...write(options), method: "POST", body: object });
  }

  /** Server-side apply. */
  async apply(object: KubeObject, options: WriteOptions & { force: boolean }): Promise<KubeObject> {
    return this.request(await this.pathOf(object), {
      ...write(options, { force: String(options.force) }),
      method: "PATCH",
      contentType: "application/apply-patch+yaml",
      body: object,
    });
  }

  async replace(object: KubeObject, options: WriteOptions): Promise<KubeObject> {
    return this.request(await this.pathOf(object), { ...write(options), method: "PUT", body: object });
  }

  async patch(object: KubeObject, operations: unknown[], signal?: AbortSignal): Promise<KubeObject> {
    return this.request(await this.pathOf(object), {
      method: "PATCH",
      contentType: "application/json-patch+json",
      body: operations,
      signal,
    });
  }

  async delete(object: KubeObject, propagationPolicy: string, signal?: AbortSignal): Promise<void> {
    await this.request(await this.pathOf(object), {
      method: "DELETE",
      body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy },
      signal,
    });
  }

  /** The objects of a kind in a namespace that carry all the labels of `selector` (a label selector's text). */
  async list(kind: GroupVersionKind, namespace: string, selector: string, signal?: AbortSignal): Promise<KubeObject[]> {
    const query: Record<string, string> = selector === "" ? {} : { labelSelector: selector };
    const path = await this.collectionOf(kind, namespace);
    return (await this.request<{ items?: KubeObject[] }>(path, { query, signal })).items ?? [];
  }

  /** A kubeconfig, as JSON, in which the provider's choice of context and cluster is the current one. */
  kubeconfigText(): string {
    if (this.kubeconfig === undefined) throw new UnreachableError(this.misconfigured ?? "no kubeconfig");
    return kubeconfigText(this.kubeconfig, this.config);
  }

  close(): void {
    void this.client?.then((client) => client.close());
  }

  private async pathOf(object: KubeObject): Promise<string> {
    const collection = await this.collectionOf(kindOf(object), namespaceOf(object));
    return `${collection}/${encodeURIComponent(nameOf(object))}`;
  }

  private async collectionOf(kind: GroupVersionKind, namespace: string): Promise<string> {
    const resource = await this.lookUp(kind);
    if (resource === undefined) throw new NoSuchKindError(apiVersionOf(kind), kind.kind);
    const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const place = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace || this.defaultNamespace)}` : "";
    return `${root}${place}/${resource.plural}`;
  }

  private async lookUp(kind: GroupVersionKind): Promise<ApiResource | undefined> {
    const key = `${kind.group}/${kind.version}/${kind.kind}`;
    return this.established.get(key) ?? (await this.discovery()).resources.get(key);
  }

  private discovery(): Promise<Discovery> {
    this.discovered ??= Promise.all(
      ["/api", "/apis"].map((path) => this.request<DiscoveryAnswer>(path, { accept: AGGREGATED_DISCOVERY })),
    ).then(readDiscovery);
    return this.discovered;
  }

  private async request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
    this.client ??= this.connect();
    return (await this.client).json<Answer>(path, options);
  }

  private async connect(): Promise<HttpClient> {
    if (this.connection === undefined || this.kubeconfig === undefined) {
      throw new UnreachableError(this.misconfigured ?? "no kubeconfig");
    }
    const connection = await withPluginCredentials(this.connection, this.kubeconfig, this.config);
    return new HttpClient(connection, this.config.requestTimeout);
  }
}

function write(options: WriteOptions, more: Record<string, string> = {}): RequestOptions {
  const query: Record<string, string> = { fieldManager: options.fieldManager, ...more };
  if (options.dryRun) query.dryRun = "All";
  return { query, signal: options.signal };
}
