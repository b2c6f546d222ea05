/* What a stack refers to and does not make. */

export interface Reference {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
  /** The key of the configuration that refers to it. */
  key: string;
  /** What makes it, as a command where there is one. */
  remedy: string;
  /** Keys that a Secret has to hold. */
  holds?: string[];
  /** Whether it has to have the condition Ready. */
  ready?: true;
  /** What comes of a deployment without it, where one goes through; else none can. */
  otherwise?: string;
}

/** A kind that somebody else has to have defined. */
export function definitionReference(name: string, key: string, remedy: string): Reference {
  return { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name, key, remedy };
}

/**
 * Takes a Secret along into another namespace, also again when it has changed.
 * @param from the namespace that has it
 * @param kubectl kubectl with what it needs to reach the cluster
 */
export function copySecret(name: string, from: string, to: string, kubectl: string): string {
  const own = "/^  (namespace|uid|resourceVersion|creationTimestamp):/d";
  return `${kubectl} get secret ${name} -n ${from} -o yaml | sed -E '${own}' | ${kubectl} apply -n ${to} -f -`;
}
