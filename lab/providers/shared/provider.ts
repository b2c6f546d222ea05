/** What a stand-in for an official resource plugin is made of. */
import type { Change } from "./changes";
import type { Failure } from "./inputs";
import type { PropertyMap } from "./values";

export interface Checked {
  inputs: PropertyMap;
  failures: Failure[];
}

export interface Resource {
  urn: string;
  /** The name that the program gave it. */
  name: string;
}

/** One type of resource. In a preview nothing may happen; what only the update can know is returned as UNKNOWN. */
export interface ResourceType {
  check(inputs: PropertyMap): Checked;
  /** Changes from the state (inputs and outputs of the last update) to what the program asks for now; none: []. */
  diff(state: PropertyMap, inputs: PropertyMap): Change[];
  create(resource: Resource, inputs: PropertyMap, preview: boolean): Promise<{ id: string; state: PropertyMap }>;
  /** For `pulumi import` and `get`, when no state is known yet. Without it, such resources cannot be imported. */
  import?(id: string): Promise<{ id: string; state: PropertyMap; inputs: PropertyMap }>;
  update(resource: Resource, state: PropertyMap, inputs: PropertyMap, preview: boolean): Promise<PropertyMap>;
  delete?(resource: Resource, state: PropertyMap): Promise<void>;
}

export interface Provider {
  /** Package name, such as `random`. */
  name: string;
  /** Version of the official plugin that this one stands in for, without `v`. */
  version: string;
  /** By type token, such as `random:index/randomId:RandomId`. */
  resources: Record<string, ResourceType>;
  /** By token, such as `command:local:run`. */
  functions: Record<string, (inputs: PropertyMap) => Promise<PropertyMap>>;
  /** Ends running operations, so that their calls fail soon. */
  cancel?(): void;
}

/** Something that the official plugin does and its stand-in does not. */
export class NotDoneError extends Error {
  constructor(provider: Pick<Provider, "name" | "version">, feature: string) {
    super(
      `${feature} is not something that the lab's stand-in for the ${provider.name} plugin does. ` +
        `Install the official plugin to use it: pulumi plugin install resource ${provider.name} ${provider.version}`,
    );
  }
}
