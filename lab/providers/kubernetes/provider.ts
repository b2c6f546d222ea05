/** What all operations of one configured provider share. */
import { Cluster } from "./cluster";
import type { ProviderConfig } from "./config";
import type { Engine } from "./engine";
import { NotDoneError } from "./errors";
import { kindOfToken } from "./objects";

export class Provider {
  readonly cluster: Cluster;
  private warnedUnreachable = false;

  constructor(
    readonly config: ProviderConfig,
    readonly engine: Engine,
    readonly signal: AbortSignal,
    environment: Record<string, string | undefined>,
  ) {
    this.cluster = new Cluster(config, environment);
  }

  get rendering(): boolean {
    return this.config.renderYamlToDirectory !== "";
  }

  /** Why the cluster cannot be used; undefined if it can, or if manifests are only rendered. */
  async unreachable(): Promise<string | undefined> {
    return this.rendering ? undefined : this.cluster.unreachable();
  }

  /** True if the API server can be asked. */
  async answers(): Promise<boolean> {
    return !this.rendering && (await this.cluster.unreachable()) === undefined;
  }

  /** Says once that resources are previewed without the cluster's word. */
  async warnIfUnreachable(): Promise<void> {
    const reason = await this.unreachable();
    if (reason === undefined || this.warnedUnreachable) return;
    this.warnedUnreachable = true;
    this.engine.warn(`configured Kubernetes cluster is unreachable: ${reason}. Resources are previewed without asking it.`);
  }
}

/** @throws NotDoneError for the types that only the official plugin knows */
export function refuseForeignTypes(token: string): void {
  if (token === "kubernetes:helm.sh/v3:Release") {
    throw new NotDoneError("helm.v3.Release", "Use helm.v4.Chart, which registers each object of the chart.");
  }
  const { kind } = kindOfToken(token);
  if (/[a-z]Patch$/.test(kind)) throw new NotDoneError(`The resource type ${token} (a Patch of an object of others)`);
  if (/[a-z]List$/.test(kind)) {
    throw new Error(
      `${token}: list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created ` +
        "directly. Use the underlying resource type instead.",
    );
  }
}
