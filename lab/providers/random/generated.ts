/**
 * The common behaviour of all resources of the random provider: a value is made once and stays in the state; nearly every
 * change of an input makes a new resource.
 * Source of the rules: the schemas in internal/provider of hashicorp/terraform-provider-random, which the official
 * plugin runs, and `ComputeID` in provider/resources.go of pulumi/pulumi-random.
 */
import { changesBetween, type Change } from "../shared/changes";
import { checkShape, type Failure, type Shape } from "../shared/inputs";
import type { ResourceType } from "../shared/provider";
import { isMap, reveal, revealMap, Secret, UNKNOWN, type PropertyMap, type PropertyValue } from "../shared/values";

export interface Generated {
  id: string;
  outputs: PropertyMap;
}

export interface Generator {
  inputs: Shape;
  /** What an input that is not given counts as; shown in the state like a given one. */
  defaults?: PropertyMap;
  /** Names of the outputs, and whether they are secret. */
  outputs: Record<string, "secret" | "public">;
  /** Also an empty map given or taken away makes a new resource. */
  strictKeepers?: boolean;
  /** Marks the state with the schema version that the official plugin expects in it. */
  schemaVersion?: number;
  /** What is wrong with inputs of the right types; `inputs` hold defaults and may hold UNKNOWN. */
  problems?(inputs: PropertyMap, given: PropertyMap): Failure[];
  /** Makes the value from complete inputs without marks of secrecy. */
  generate(inputs: PropertyMap): Generated | Promise<Generated>;
  /** The inputs and the value that an import's id stands for. */
  import?(id: string): (Generated & { inputs: PropertyMap }) | Promise<Generated & { inputs: PropertyMap }>;
}

export function resourceType(generator: Generator): ResourceType {
  const shape: Shape = { keepers: "stringMap", ...generator.inputs };
  const plan = (inputs: PropertyMap): PropertyMap => ({ ...generator.defaults, ...numericOf(inputs, shape), ...inputs });

  function stateOf(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
    const state = { ...plan(inputs) };
    for (const [name, kind] of Object.entries(generator.outputs)) {
      const value = outputs[name] ?? UNKNOWN;
      state[name] = kind === "secret" ? new Secret(value) : value;
    }
    // Without this mark the official plugin, should it take over, would take the state for one of its first version.
    if (generator.schemaVersion) state.__meta = JSON.stringify({ schema_version: String(generator.schemaVersion) });
    return state;
  }

  return {
    check(inputs) {
      const failures = checkShape(inputs, shape);
      if (failures.length > 0) return { inputs, failures };
      return { inputs, failures: generator.problems?.(revealMap(plan(inputs)), revealMap(inputs)) ?? [] };
    },
    diff(state, inputs) {
      const before = Object.fromEntries(Object.entries(revealMap(state)).filter(([name]) => name in shape));
      return changesBetween(before, revealMap(plan(inputs))).map((change) => ({
        ...change,
        replace: replaces(change, before, revealMap(inputs), generator.strictKeepers ?? false),
      }));
    },
    async create(_, inputs, preview) {
      if (preview) return { id: "", state: stateOf(inputs, {}) };
      const { id, outputs } = await generator.generate(revealMap(plan(inputs)));
      return { id, state: stateOf(inputs, outputs) };
    },
    update: (_, state, inputs) => Promise.resolve(stateOf(inputs, revealMap(state))),
    import:
      generator.import &&
      (async (id) => {
        const imported = await generator.import!(id);
        return { id: imported.id, inputs: imported.inputs, state: stateOf(imported.inputs, imported.outputs) };
      }),
  };
}

/** `number` is the old name of `numeric`: each takes the value of the other. */
function numericOf(inputs: PropertyMap, shape: Shape): PropertyMap {
  if (!("numeric" in shape)) return {};
  const value = inputs.numeric ?? inputs.number ?? true;
  return { numeric: value, number: value };
}

function replaces({ path }: Change, before: PropertyMap, inputs: PropertyMap, strictKeepers: boolean): boolean {
  if (path === "keepers" && !strictKeepers) return !isEmpty(before.keepers) || !isEmpty(inputs.keepers);
  if (path === "overrideSpecial" && inputs.overrideSpecial === undefined) return before.overrideSpecial !== "";
  return path !== "overrideSpecial" || inputs.overrideSpecial !== UNKNOWN;
}

function isEmpty(keepers: PropertyValue | undefined): boolean {
  return keepers === undefined || (isMap(keepers) && Object.keys(keepers).length === 0);
}

/** An input as plain number; 0 where it is not known. */
export function numberOf(inputs: PropertyMap, name: string): number {
  const value = reveal(inputs[name] ?? null);
  return typeof value === "number" ? value : 0;
}

export function textOf(inputs: PropertyMap, name: string): string {
  const value = reveal(inputs[name] ?? null);
  return typeof value === "string" ? value : "";
}
