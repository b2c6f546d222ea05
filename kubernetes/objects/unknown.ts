/** The marker of a text. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * At preview a value that depends on something not created yet is not there. Pulumi writes a fixed marker in its
 * place, one for each kind of value (@pulumi/pulumi runtime/rpc: unknown*Value).
 */
const MARKERS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  UNKNOWN,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && value.length === 36 && MARKERS.has(value);
}

/** Thrown when a rule reads what is not known yet; `attempt` turns it into a finding that says what cannot be verified. */
export class UnknownValue extends Error {
  /** @param what is not known, in words, where it is no place in the object that is judged */
  constructor(
    readonly path: string,
    readonly what = path,
  ) {
    super(`${what} is not known yet`);
    this.name = "UnknownValue";
  }
}

/**
 * The path of the unknown value an error speaks of; undefined for any other error. Also recognises the error that
 * the proxies of @pulumi/policy throw, which carries the path as a list called `props`.
 */
export function unknownPath(error: unknown): string | undefined {
  if (error instanceof UnknownValue) return error.path;
  if (error instanceof Error && error.constructor.name === "UnknownValueError") {
    const props = (error as Error & { props?: unknown }).props;
    return Array.isArray(props) ? props.map(String).join(".") : "a value";
  }
  return undefined;
}
