import { Field } from "../../../../kubernetes/objects/field";
import { Inventory } from "../../../core/inventory";
import { ObjectView } from "../../../core/object";
import { clean } from "../../../../kubernetes/objects/text";
import { ContainerView } from "../../../../kubernetes/objects/workload";

/** One variable of a container. `value` is undefined where it is not known yet. Values are read, never printed. */
export interface Variable {
  name: string;
  value: string | undefined;
  field: Field;
  /** The ConfigMap or Secret it comes from, for messages. */
  from?: string;
}

/** The variables that a container's own list spells out. */
export function literalVariables(container: ContainerView): Variable[] {
  return container.field
    .at("env")
    .items()
    .flatMap((field) => {
      const name = field.at("name").text();
      const value = field.at("value");
      if (!name || (!value.unknown && value.scalar() === undefined)) return [];
      return [{ name, value: value.unknown ? undefined : value.scalar(), field }];
    });
}

/** The variables that come from ConfigMaps and Secrets among the objects, whole (envFrom) or one by one (valueFrom). */
export function referencedVariables(container: ContainerView, view: ObjectView, inventory: Inventory): Variable[] {
  const { field } = container;
  const whole = field
    .at("envFrom")
    .items()
    .flatMap((source) => {
      const prefix = source.at("prefix").text() ?? "";
      return [...sourcesOf(source, "Ref", view, inventory)].flatMap((object) =>
        entriesOf(object).map(([key, value]) => ({ name: prefix + key, value, field: source, from: labelOf(object) })),
      );
    });
  const single = field
    .at("env")
    .items()
    .flatMap((variable) => {
      const from = variable.at("valueFrom");
      const key = from.at("configMapKeyRef", "key").text() ?? from.at("secretKeyRef", "key").text();
      return [...sourcesOf(from, "KeyRef", view, inventory)].flatMap((object) =>
        entriesOf(object)
          .filter(([name, value]) => name === key || (name === "" && value === undefined))
          .map(([, value]) => ({ name: variable.at("name").text() ?? "", value, field: variable, from: labelOf(object) })),
      );
    });
  return [...whole, ...single];
}

function* sourcesOf(field: Field, suffix: "Ref" | "KeyRef", view: ObjectView, inventory: Inventory): Iterable<ObjectView> {
  for (const [kind, key] of [
    ["ConfigMap", "configMap"],
    ["Secret", "secret"],
  ]) {
    const name = field.at(`${key}${suffix}`, "name").text();
    const object = name ? inventory.find(`/${kind}`, view.namespace, name) : undefined;
    if (object) yield object;
  }
}

/** A file that a pod mounts. `text` is undefined where it is not known yet. */
export interface MountedFile {
  volume: string;
  object: ObjectView;
  field: Field;
  text: string | undefined;
}

/** The files that a pod mounts from ConfigMaps and Secrets among the objects, by volume name. */
export function mountedFiles(view: ObjectView, inventory: Inventory): MountedFile[] {
  return view.pod!.volumes.flatMap((field) => {
    const projected = field.at("projected", "sources").items();
    const names: [string, string | undefined][] = [
      ["ConfigMap", field.at("configMap", "name").text()],
      ["Secret", field.at("secret", "secretName").text()],
      ...projected.map((source): [string, string | undefined] => ["ConfigMap", source.at("configMap", "name").text()]),
      ...projected.map((source): [string, string | undefined] => ["Secret", source.at("secret", "name").text()]),
    ];
    return names.flatMap(([kind, name]) => {
      const object = name ? inventory.find(`/${kind}`, view.namespace, name) : undefined;
      const volume = field.at("name").text() ?? "";
      const entries = object ? entriesOf(object).filter(([key, text]) => text !== undefined || !CERTIFICATE.test(key)) : [];
      return entries.map(([, text]) => ({ volume, object: object!, field, text }));
    });
  });
}

/** Files that hold keys and accounts whatever they say. */
const CERTIFICATE = /\.(?:crt|key|pem|p12|jks)$|^htpasswd$/;

/** By key; without key and value where not even the keys are known yet. */
type Entry = [key: string, value: string | undefined];

function entriesOf(object: ObjectView): Entry[] {
  const [plain, encoded] = object.kind === "Secret" ? ["stringData", "data"] : ["data", "binaryData"];
  return [...readable(object, plain), ...readable(object, encoded).map(([key, value]): Entry => [key, decode(value)])];
}

function readable(object: ObjectView, key: string): Entry[] {
  if (object.root.unknown || object.root.at(key).unknown) return [["", undefined]];
  return object.root
    .at(key)
    .entries()
    .map(([name, field]) => [name, field.unknown ? undefined : (field.text() ?? "")]);
}

function decode(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value.slice(0, 400_000), "base64").toString("utf8");
}

export function labelOf(object: ObjectView): string {
  return clean(`${object.kind} ${object.name}`);
}
