/** A stack's state as `pulumi stack export` writes it, and putting a changed one back. */
import { rmSync, writeFileSync } from "node:fs";
import { failure, pulumi, type Stack } from "../pulumi";

export interface Resource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  protect?: boolean;
  external?: boolean;
  inputs?: unknown;
  outputs?: unknown;
  parent?: string;
  /** URN and id, parted by `::`. */
  provider?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  deletedWith?: string;
  /** It was replaced and is still to be deleted. */
  delete?: boolean;
  /** It was deleted, and its replacement is still to be made. */
  pendingReplacement?: boolean;
  /** The next deployment replaces it. */
  taint?: boolean;
}

/** The mark of a secret value: beside it stands `ciphertext`, or `plaintext` (JSON) where secrets are shown. */
export const SECRET = { key: "4dabf18193072939515e22adb298388d", value: "1b47061264138c4ac30d75fd1eb44270" };

/** A secret of which nothing is known. In its place the kubernetes plugin takes the whole of what the cluster has. */
export const UNSEEN = { [SECRET.key]: SECRET.value, plaintext: '""' };

/** What the engine had begun when it was killed. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  /** As it is to be, or, of what is deleted, as it was. */
  resource: Resource;
}

export interface Deployment {
  resources?: Resource[] | null;
  pending_operations?: PendingOperation[] | null;
}

export interface State {
  deployment?: Deployment | null;
}

/** @param showSecrets secret values as the program had them, instead of encrypted. @throws UserError */
export function exportState(stack: Stack, showSecrets = false): State {
  const exported = pulumi(stack, ["stack", "export", ...(showSecrets ? ["--show-secrets"] : [])]);
  if (exported.status !== 0) throw failure(stack, exported.stderr);
  return JSON.parse(exported.stdout) as State;
}

/** What a changed state is handed to the engine in; it may hold secrets in plain text. */
const handedIn = (stack: Stack) => `${stack.file}.state`;

/** What an interruption left of it. */
export const removeHandedIn = (stack: Stack) => rmSync(handedIn(stack), { force: true });

export function importState(stack: Stack, state: State): void {
  const file = handedIn(stack);
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  try {
    const answer = pulumi(stack, ["stack", "import", "--file", file]);
    if (answer.status !== 0) throw failure(stack, answer.stdout + answer.stderr);
  } finally {
    removeHandedIn(stack);
  }
}
