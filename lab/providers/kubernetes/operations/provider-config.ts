/** CheckConfig and DiffConfig: the arguments of the provider resource itself. */
import { activeCluster, loadKubeconfig } from "../kubeconfig";
import { equal, isMap, reveal, UNKNOWN, type PropertyMap, type PropertyValue } from "../values";

export interface Failure {
  property: string;
  reason: string;
}

/** Contradictions between arguments; an empty list if there are none. */
export function checkProvider(
  news: PropertyMap,
  isDefaultProvider: boolean,
  environment: Record<string, string | undefined>,
): Failure[] {
  const given = (key: string): string => {
    const value = reveal(news[key] ?? null);
    return typeof value === "string" ? value : value === true ? "true" : "";
  };
  const failures: Failure[] = [];
  if (given("strictMode") === "true") {
    if (isDefaultProvider) failures.push({ property: "", reason: "strict mode prohibits default provider" });
    for (const property of ["kubeconfig", "context"]) {
      if (given(property) === "" && news[property] !== UNKNOWN) {
        failures.push({ property, reason: `strict mode requires Provider "${property}" argument` });
      }
    }
  }
  if (given("renderYamlToDirectory") === "") {
    if (given("alwaysRender") === "true") {
      failures.push({ property: "alwaysRender", reason: '"alwaysRender" requires "renderYamlToDirectory" to be set' });
    }
    return failures;
  }
  for (const property of ["cluster", "context", "kubeconfig"]) {
    // The SDK fills in kubeconfig from KUBECONFIG by itself: nobody asked for it.
    if (given(property) === "" || (property === "kubeconfig" && given(property) === environment.KUBECONFIG)) continue;
    failures.push({ property, reason: `"${property}" arg is not compatible with "renderYamlToDirectory" arg` });
  }
  return failures;
}

export interface ConfigDiff {
  changed: string[];
  /** The arguments that mean another cluster, so that every resource has to be made anew. */
  replaced: string[];
}

/**
 * Another cluster is another entry in the kubeconfig: a change of credentials or of its spelling is none. With
 * `clusterIdentifier` given before and after, that alone decides.
 */
export function diffProvider(olds: PropertyMap, news: PropertyMap, environment: Record<string, string | undefined>): ConfigDiff {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => key !== "version");
  const changed = keys.filter((key) => !equal(olds[key] ?? null, news[key] ?? null));
  const before: PropertyValue = olds.clusterIdentifier ?? null;
  const after: PropertyValue = news.clusterIdentifier ?? null;
  if (before !== null && after !== null) {
    return { changed, replaced: equal(before, after) ? [] : ["clusterIdentifier"] };
  }
  const replaced: string[] = changed.filter((key) => key === "renderYamlToDirectory");
  const places = ["kubeconfig", "context", "cluster"];
  const unknown = places.filter((key) => news[key] === UNKNOWN);
  if (unknown.length > 0) return { changed, replaced: [...replaced, ...unknown] };
  const [from, to] = [selected(olds, environment), selected(news, environment)];
  if (from !== undefined && to !== undefined && JSON.stringify(from) !== JSON.stringify(to)) {
    replaced.push(...places.filter((key) => changed.includes(key)));
  }
  return { changed, replaced };
}

/** The cluster entry that arguments lead to; undefined where there is none to be found. */
function selected(args: PropertyMap, environment: Record<string, string | undefined>): unknown {
  try {
    const config = loadKubeconfig(textOf(args.kubeconfig), environment);
    return activeCluster(config, { context: textOf(args.context), cluster: textOf(args.cluster) });
  } catch {
    return undefined;
  }
}

function textOf(value: PropertyValue | undefined): string {
  const plain = reveal(value ?? null);
  if (isMap(plain)) return JSON.stringify(plain);
  return typeof plain === "string" ? plain : "";
}
