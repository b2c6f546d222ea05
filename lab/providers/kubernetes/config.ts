/** The provider's arguments (`new k8s.Provider("p", { ... })` or `kubernetes:<key>` in the stack's configuration). */
import { NotDoneError } from "./errors";

export interface ProviderConfig {
  /** Path to a kubeconfig or its content; empty for KUBECONFIG or ~/.kube/config. */
  kubeconfig: string;
  /** Names of entries of the kubeconfig that win over its current context. */
  context: string;
  cluster: string;
  /** Namespace for objects that name none; empty for the context's, which falls back to `default`. */
  namespace: string;
  /** Write manifests here instead of talking to a cluster. */
  renderYamlToDirectory: string;
  /** Render mode: write every manifest in every run. */
  alwaysRender: boolean;
  deleteUnreachable: boolean;
  skipUpdateUnreachable: boolean;
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
  enablePatchForce: boolean;
  upsertExistingObjects: boolean;
  /** Milliseconds that one request may take; 0 for no limit. */
  requestTimeout: number;
}

/** Flags that an environment variable may set where the provider has no argument. */
const FLAG_VARIABLES = {
  deleteUnreachable: "PULUMI_K8S_DELETE_UNREACHABLE",
  skipUpdateUnreachable: "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE",
  enableConfigMapMutable: "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE",
  enableSecretMutable: "PULUMI_K8S_ENABLE_SECRET_MUTABLE",
  enablePatchForce: "PULUMI_K8S_ENABLE_PATCH_FORCE",
  enableServerSideApply: "PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY",
  upsertExistingObjects: "PULUMI_K8S_UPSERT_EXISTING_OBJECTS",
} as const;

/** Arguments that change nothing here: no warnings to suppress, no throttle, no Release, no replaced identity. */
const WITHOUT_EFFECT = [
  "clusterIdentifier",
  "pluginDownloadURL",
  "strictMode",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
  "version",
];

/**
 * @param variables as the engine sends them: `kubernetes:config:<key>`, all values strings
 * @throws NotDoneError for an argument that asks for something the stand-in does not do
 */
export function readConfig(
  variables: ReadonlyMap<string, string>,
  environment: Record<string, string | undefined>,
): ProviderConfig {
  const given = new Map<string, string>();
  for (const [key, value] of variables) given.set(key.replace(/^kubernetes:(config:)?/, ""), value);
  const text = (key: string): string => {
    const value = given.get(key) ?? "";
    given.delete(key);
    return value;
  };
  const flag = (key: keyof typeof FLAG_VARIABLES, fallback = false): boolean => {
    const value = text(key) || (environment[FLAG_VARIABLES[key]] ?? "");
    return value === "" ? fallback : value === "true";
  };

  if (environment.PULUMI_K8S_AWAIT_ALL === "true") {
    throw new NotDoneError("PULUMI_K8S_AWAIT_ALL", "Annotate the objects with pulumi.com/waitFor instead.");
  }
  if (!flag("enableServerSideApply", true)) throw new NotDoneError("Client-side apply (enableServerSideApply: false)");
  const config: ProviderConfig = {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    renderYamlToDirectory: text("renderYamlToDirectory"),
    alwaysRender: text("alwaysRender") === "true",
    deleteUnreachable: flag("deleteUnreachable"),
    skipUpdateUnreachable: flag("skipUpdateUnreachable"),
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
    enablePatchForce: flag("enablePatchForce"),
    upsertExistingObjects: flag("upsertExistingObjects"),
    requestTimeout: requestTimeout(text("kubeClientSettings")),
  };
  for (const key of WITHOUT_EFFECT) given.delete(key);
  const left = [...given.entries()].filter(([, value]) => value !== "" && value !== "false").map(([key]) => key);
  if (left.length > 0) throw new NotDoneError(`The provider argument ${left.join(", ")}`);
  return config;
}

/** `kubeClientSettings` holds burst and qps, limits that the stand-in has no need of, and a timeout in seconds. */
function requestTimeout(settings: string): number {
  if (settings === "") return 0;
  try {
    return Number((JSON.parse(settings) as { timeout?: number }).timeout ?? 0) * 1000;
  } catch {
    throw new Error(`kubeClientSettings is not JSON: ${settings}`);
  }
}
