/**
 * What the state holds of an object: its live form, and beside it the inputs it came from and who applied it.
 * The keys are those of the official plugin, so that a stack may move between it and this stand-in.
 */
import { isSecret, text, type KubeObject } from "./objects";
import { toDashes, toUnderscores } from "./normalize";
import { isMap, markSecrets, reveal, revealMap, Secret, type PropertyMap } from "./values";

const INPUTS = "__inputs";
const INITIAL_API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

export interface Checkpoint {
  inputs: KubeObject;
  live: KubeObject;
  initialApiVersion: string;
  /** Name under which the object is applied; empty in states from before there was one. */
  fieldManager: string;
}

/** @param secretsFrom the inputs as the program gave them: what is secret there is secret in the state */
export function toState(checkpoint: Checkpoint, secretsFrom: PropertyMap): PropertyMap {
  const inputs = markSecrets(toUnderscores(checkpoint.inputs), secretsFrom);
  const state = markSecrets(toUnderscores(checkpoint.live), secretsFrom);
  // A secret in stringData is one in data too, in whatever kind of object the server has put it.
  if (isSecret(checkpoint.live) && isMap(state.data)) state.data = new Secret(state.data);
  return {
    ...state,
    [INPUTS]: inputs,
    [INITIAL_API_VERSION]: checkpoint.initialApiVersion,
    [FIELD_MANAGER]: checkpoint.fieldManager,
  };
}

export function fromState(state: PropertyMap): Checkpoint {
  const { [INPUTS]: inputs, [INITIAL_API_VERSION]: initial, [FIELD_MANAGER]: manager, ...live } = revealMap(state);
  const declared = reveal(inputs ?? null);
  return {
    inputs: isMap(declared) ? toDashes(declared) : {},
    live: toDashes(live),
    initialApiVersion: typeof initial === "string" ? initial : text(live, "apiVersion"),
    fieldManager: typeof manager === "string" ? manager : "",
  };
}
