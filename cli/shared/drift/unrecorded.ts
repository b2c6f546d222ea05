/**
 * What a deployment of the stack has set and did not come to record, because it was interrupted: fields that its own field manager
 * owns and that it does not declare. A refresh does not see them, for it looks only at what the state declares.
 */
import { SECRET, UNSEEN, type Resource, type State } from "../state/state";
import {
  asKept,
  counterpart,
  isMap,
  isMaps,
  labelOf,
  shownPath,
  type Deployed,
  type Drift,
  type KubernetesObject,
  type Path,
} from "./compare";

export interface Unrecorded {
  urn: string;
  object: KubernetesObject;
  paths: Path[];
}

/** A value that is owned as a whole, with what the server fills in: a StatefulSet's claim templates. Nobody sees whose its parts are. */
const WHOLE = Symbol("whole");

/** The part of a value that `fieldsV1` names. */
function owned(value: unknown, fields: unknown): unknown {
  if (!isMap(fields) || Object.keys(fields).length === 0) return isMap(value) || Array.isArray(value) ? WHOLE : value;
  if (Array.isArray(value)) {
    const keys = Object.entries(fields).filter(([key]) => key.startsWith("k:"));
    const parts = keys.map(([key, inner]) => ({ key: JSON.parse(key.slice(2)) as Record<string, unknown>, inner }));
    return value.flatMap((item) => {
      const part = parts.find(({ key }) => isMap(item) && Object.entries(key).every(([name, one]) => item[name] === one));
      return part === undefined ? [] : [owned(item, part.inner)];
    });
  }
  if (!isMap(value)) return value;
  const names = Object.keys(fields).filter((key) => key.startsWith("f:") && key.slice(2) in value);
  return Object.fromEntries(names.map((key) => [key.slice(2), owned(value[key.slice(2)], fields[key])]));
}

function beyond(declared: unknown, mine: unknown, path: Path = []): Path[] {
  if (isMap(declared) && isMap(mine)) {
    return Object.entries(mine).flatMap(([key, value]) =>
      declared[key] === undefined || declared[key] === null ? [[...path, key]] : beyond(declared[key], value, [...path, key]),
    );
  }
  if (Array.isArray(declared) && isMaps(mine)) {
    return mine.flatMap((item, index) => {
      const other = counterpart(item, index, mine, declared);
      const place = other === undefined ? index : declared.indexOf(other);
      const at = [...path, labelOf(item, place, mine)];
      return other === undefined ? [at] : beyond(other, item, at);
    });
  }
  return [];
}

/** @param now the objects as they are now, in the order of `deployed` */
export function unrecorded(deployed: readonly Deployed[], now: readonly (KubernetesObject | undefined)[]): Unrecorded[] {
  return deployed.flatMap(({ urn, declared, left }, index): Unrecorded[] => {
    const live = now[index];
    const manager = left.__fieldManager;
    const entry = live?.metadata.managedFields?.find(
      (one) =>
        one.manager === manager && one.subresource === undefined && (one.apiVersion ?? live.apiVersion) === live.apiVersion,
    );
    if (live === undefined || entry === undefined) return [];
    const paths = beyond(asKept(declared), owned(live, entry.fieldsV1));
    return paths.length === 0 ? [] : [{ urn, object: live, paths }];
  });
}

export const asDrift = ({ object: { kind, metadata }, paths }: Unrecorded): Drift[] =>
  paths.map((path) => ({
    kind,
    object: metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name,
    field: shownPath(path),
    unrecorded: true,
  }));

/** The state that declares these fields too, so that a refresh reads them and the deployment after it takes them away. */
export function declaring(state: State, found: readonly Unrecorded[]): State {
  const widened = (resource: Resource): Resource => {
    const paths = found.find(({ urn }) => urn === resource.urn)?.paths;
    if (paths === undefined || resource.delete) return resource;
    return { ...resource, inputs: paths.reduce<unknown>(withField, resource.inputs) };
  };
  return { ...state, deployment: { ...state.deployment, resources: state.deployment?.resources?.map(widened) } };
}

/** The plugin takes the live value for whatever it finds in a field's place. */
function withField(inputs: unknown, [head, ...rest]: Path): unknown {
  if (head === undefined) return inputs ?? "";
  if (Array.isArray(inputs)) {
    const at = typeof head === "number" ? head : inputs.findIndex((item) => isMap(item) && item.name === head);
    if (at < 0 || at >= inputs.length) return [...(inputs as unknown[]), {}];
    return inputs.map((item: unknown, index) => (index === at ? withField(item, rest) : item));
  }
  const map = isMap(inputs) ? inputs : {};
  // Nobody sees into a secret: the whole of it is taken.
  if (map[SECRET.key] === SECRET.value) return UNSEEN;
  return { ...map, [head]: withField(map[head], rest) };
}
