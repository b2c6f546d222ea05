/** The errors that the provider hands to the engine, each with what the person can do about it. */
import type { PropertyMap } from "./values";

/** Something that the official plugin does and this stand-in does not. */
export class NotDoneError extends Error {
  constructor(feature: string, instead?: string) {
    super(
      `${feature} is not something that the lab's stand-in for the kubernetes plugin does. ` +
        `${instead === undefined ? "" : `${instead} `}` +
        "Install the official plugin to use it: pulumi plugin install resource kubernetes.",
    );
  }
}

/** The API server answered a request with an error; `reason` is its machine-readable word, such as NotFound. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details: { kind?: string; name?: string } = {},
  ) {
    super(message);
  }

  get notFound(): boolean {
    return this.status === 404;
  }

  /** The namespace that the object should go into does not exist (yet). */
  get namespaceNotFound(): boolean {
    return this.status === 404 && this.details.kind === "namespaces";
  }
}

/** The cluster knows no such kind: its CustomResourceDefinition is missing. */
export class NoSuchKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

/** No request reaches the cluster. */
export class UnreachableError extends Error {
  constructor(readonly reason: string) {
    super(`configured Kubernetes cluster is unreachable: ${reason}`);
  }
}

/**
 * The object exists in the cluster, but is not as it should be. The engine stores `state`, so that nothing that was
 * made is forgotten, and tries again with the next update.
 */
export class PartialError extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: PropertyMap,
    readonly reasons: string[],
    readonly inputs?: PropertyMap,
  ) {
    super(message);
  }
}

/** An object did not become ready; `problems` says what was seen on the way. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    readonly problems: string[],
  ) {
    super(message);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
