/** helm.v4.Chart: a component whose children are the objects that a chart renders. */
import { ConstructResponse, type ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { NotDoneError, UnreachableError } from "../errors";
import {
  annotation,
  idOf,
  isSecret,
  kindOf,
  isCrd,
  namespaceOf,
  text,
  withAnnotation,
  withMetadata,
  type KubeObject,
} from "../objects";
import type { Provider } from "../provider";
import { markSecrets, resourceReference, type PropertyMap } from "../values";
import { VERSION } from "../version";
import { mapOf } from "../wire";
import { markText, readChartArgs, type ChartArgs } from "./args";
import { renderChart, type Target } from "./helm";
import { Monitor } from "./monitor";
import { dependenciesOf } from "./order";

const CHART = "kubernetes:helm.sh/v4:Chart";
const PACKAGE = "kubernetes";

/** @throws NotDoneError for the other components of the official plugin */
export async function construct(provider: Provider, request: ConstructRequest): Promise<ConstructResponse> {
  if (request.getType() !== CHART) throw new NotDoneError(`The component ${request.getType()}`);
  const reason = await provider.unreachable();
  if (reason !== undefined) {
    throw new UnreachableError(
      `${reason}. A chart is rendered for its cluster; to preview it without one, give it a provider with ` +
        "renderYamlToDirectory",
    );
  }
  const monitor = new Monitor(request.getMonitorendpoint());
  try {
    const { urn } = await monitor.component(request);
    const args = readChartArgs(request.getName(), mapOf(request.getInputs()));
    if (args === undefined) {
      provider.engine.warn("Input properties have unknown values. Preview is incomplete.", urn);
      return response(urn, []);
    }
    if (args.includeHooks && !provider.rendering) {
      provider.engine.warn("includeHooks works only with renderYamlToDirectory; the chart's hooks are left out.", urn);
      args.includeHooks = false;
    }
    const objects = await placed(provider, args, await renderChart(args, await targetOf(provider), provider.signal));
    const resources = await registerAll(monitor, request, urn, args, objects);
    await monitor.outputs(urn, {});
    return response(urn, resources);
  } finally {
    monitor.close();
  }
}

async function targetOf(provider: Provider): Promise<Target | undefined> {
  if (provider.rendering) return undefined;
  const { cluster } = provider;
  const [{ gitVersion }, apiVersions] = await Promise.all([cluster.serverVersion(), cluster.apiVersions()]);
  return { kubeVersion: gitVersion, apiVersions, kubeconfig: cluster.kubeconfigText() };
}

/** Objects of a namespaced kind that name no namespace go into the chart's. */
async function placed(provider: Provider, args: ChartArgs, objects: KubeObject[]): Promise<KubeObject[]> {
  for (const object of objects) if (isCrd(object)) provider.cluster.rememberCrd(object);
  const namespace = args.namespace || provider.cluster.defaultNamespace;
  return Promise.all(
    objects.map(async (object) => {
      if (namespaceOf(object) !== "") return object;
      const kind = kindOf(object);
      const { cluster } = provider;
      const namespaced = provider.rendering ? cluster.namespacedOffline(kind) : await cluster.namespaced(kind);
      return namespaced === true ? withMetadata(object, "namespace", namespace) : object;
    }),
  );
}

async function registerAll(
  monitor: Monitor,
  request: ConstructRequest,
  parent: string,
  args: ChartArgs,
  objects: KubeObject[],
): Promise<unknown[]> {
  const dependencies = dependenciesOf(objects);
  const registered: Promise<{ urn: string; id: string }>[] = [];
  const register = (index: number): Promise<{ urn: string; id: string }> => (registered[index] ??= start(index));
  const children = await Promise.all(objects.map((_, index) => register(index)));
  return children.map(({ urn, id }) => resourceReference(urn, id, VERSION));

  async function start(index: number): Promise<{ urn: string; id: string }> {
    const object = objects[index] as KubeObject;
    const needed = await Promise.all((dependencies[index] ?? []).map(register));
    const { token, name, inputs, retainOnDelete } = childOf(object, args);
    return monitor.child(token, name, inputs, {
      parent,
      dependencies: needed.map(({ urn }) => urn),
      provider: request.getProvidersMap().get(PACKAGE) ?? "",
      version: VERSION,
      protect: request.getProtect() ?? false,
      retainOnDelete: retainOnDelete || (request.getRetainondelete() ?? false),
    });
  }
}

/** One object as the resource that a chart registers: `<prefix>:<namespace>/<name>` of the object's own type. */
export function childOf(
  object: KubeObject,
  args: Pick<ChartArgs, "resourcePrefix" | "skipAwait" | "secrets">,
): { token: string; name: string; inputs: PropertyMap; retainOnDelete: boolean } {
  const apiVersion = text(object, "apiVersion").replace(/^(?=[^/]*$)/, "core/");
  const awaited = args.skipAwait ? withAnnotation(withoutNullAnnotations(object), "pulumi.com/skipAwait", "true") : object;
  const inputs = isSecret(object) ? markSecrets(awaited, {}) : (markText(awaited, args.secrets) as PropertyMap);
  return {
    token: `${PACKAGE}:${apiVersion}:${text(object, "kind")}`,
    name: `${args.resourcePrefix === "" ? "" : `${args.resourcePrefix}:`}${idOf(object)}`,
    inputs,
    retainOnDelete: annotation(object, "helm.sh/resource-policy") === "keep",
  };
}

function withoutNullAnnotations(object: KubeObject): KubeObject {
  const metadata = object.metadata as PropertyMap;
  return metadata.annotations === null ? withMetadata(object, "annotations", {}) : object;
}

function response(urn: string, resources: unknown[]): ConstructResponse {
  const answer = new ConstructResponse();
  answer.setUrn(urn);
  answer.setState(Struct.fromJavaScript({ resources: resources as JavaScriptValue[] }));
  return answer;
}
