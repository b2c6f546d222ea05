/** The inputs of helm.v4.Chart. */
import { NotDoneError } from "../errors";
import { at } from "../objects";
import { Asset, hasUnknown, isMap, reveal, Secret, type PropertyMap, type PropertyValue } from "../values";

export interface ChartArgs {
  /** The release's name. */
  name: string;
  namespace: string;
  chart: string;
  version: string;
  devel: boolean;
  repo: string;
  dependencyUpdate: boolean;
  values: PropertyMap;
  valueYamlFiles: Asset[];
  skipCrds: boolean;
  includeHooks: boolean;
  resourcePrefix: string;
  skipAwait: boolean;
  plainHttp: boolean;
  /** A program that all that is rendered passes through, and its arguments; empty for none. */
  postRenderer: string[];
  /** Every piece of text that was secret in the inputs. */
  secrets: string[];
}

/** Inputs of the official plugin that are not done, by what they are for. */
const NOT_DONE: Record<string, string> = {
  verify: "A chart's signature check (verify)",
  keyring: "A chart's keyring",
};

/**
 * @param name the Chart resource's name, which is the default for the release's and for the prefix of its children
 * @returns undefined while an input is not known
 */
export function readChartArgs(name: string, inputs: PropertyMap): ChartArgs | undefined {
  if (hasUnknown(inputs)) return undefined;
  const plain = reveal(inputs);
  const text = (key: string): string => {
    const value = at(plain, key);
    return typeof value === "string" ? value : "";
  };
  const flag = (key: string): boolean => at(plain, key) === true;
  for (const [key, feature] of Object.entries(NOT_DONE)) {
    const value = at(plain, key);
    if (value !== undefined && value !== null && value !== false) throw new NotDoneError(feature);
  }
  const repository = at(plain, "repositoryOpts");
  if (isMap(repository)) {
    const others = Object.keys(repository).filter((key) => key !== "repo" && repository[key]);
    if (others.length > 0) throw new NotDoneError(`A chart's repositoryOpts.${others.join(", ")}`);
  }
  if (text("chart") === "") throw new Error(`the Chart "${name}" has no \`chart\`: a path, a URL or a chart's name`);
  const values = at(plain, "values");
  const files = at(plain, "valueYamlFiles");
  return {
    name: text("name") || name,
    namespace: text("namespace"),
    chart: text("chart"),
    version: text("version"),
    devel: flag("devel"),
    repo: isMap(repository) && typeof repository.repo === "string" ? repository.repo : "",
    dependencyUpdate: flag("dependencyUpdate"),
    values: isMap(values) ? values : {},
    valueYamlFiles: Array.isArray(files) ? files.filter((file) => file instanceof Asset) : [],
    skipCrds: flag("skipCrds"),
    includeHooks: flag("includeHooks"),
    resourcePrefix: typeof at(plain, "resourcePrefix") === "string" ? text("resourcePrefix") : name,
    skipAwait: flag("skipAwait"),
    plainHttp: flag("plainHttp"),
    postRenderer: commandOf(at(plain, "postRenderer")),
    secrets: secretTexts(inputs),
  };
}

/** A post-renderer as a command line; the rendered manifests go through its stdin and stdout. */
function commandOf(value: PropertyValue | undefined): string[] {
  if (!isMap(value) || typeof value.command !== "string") return [];
  const args = Array.isArray(value.args) ? value.args : [];
  return [value.command, ...args.filter((arg): arg is string => typeof arg === "string")];
}

/** Shorter pieces of text would be found everywhere. */
const SHORTEST_SECRET = 6;

function secretTexts(value: PropertyValue, inSecret = false): string[] {
  if (value instanceof Secret) return secretTexts(value.value, true);
  if (Array.isArray(value)) return value.flatMap((part) => secretTexts(part, inSecret));
  if (isMap(value)) return Object.values(value).flatMap((part) => secretTexts(part, inSecret));
  return inSecret && typeof value === "string" && value.length >= SHORTEST_SECRET ? [value] : [];
}

/** A copy in which each text that holds one of the secrets, plain or in base64, is secret too. */
export function markText(value: PropertyValue, secrets: string[]): PropertyValue {
  if (secrets.length === 0) return value;
  if (Array.isArray(value)) return value.map((part) => markText(part, secrets));
  if (isMap(value)) {
    const result: PropertyMap = {};
    for (const [key, member] of Object.entries(value)) result[key] = markText(member, secrets);
    return result;
  }
  if (typeof value !== "string") return value;
  const holds = secrets.some((secret) => value.includes(secret) || value.includes(Buffer.from(secret).toString("base64")));
  return holds ? new Secret(value) : value;
}
