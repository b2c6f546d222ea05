/** Stacks for tests of the kubernetes provider: an inline program, state in a scratch folder, the real engine. */
import * as automation from "@pulumi/pulumi/automation";
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROJECT = "provider-test";
/** What the program's SDK asks for. */
const VERSION = "4.34.2";

export interface Declared {
  name: string;
  /** Token, such as kubernetes:core/v1:Secret. */
  type: string;
  inputs: Record<string, unknown>;
  options?: pulumi.CustomResourceOptions;
}

/** Any Kubernetes resource by its token, as the SDK's classes register it. */
export class KubeResource extends pulumi.CustomResource {
  constructor({ name, type, inputs, options }: Declared) {
    super(type, name, inputs, { version: VERSION, ...options });
  }
}

/** One operation's outcome as the engine told it. */
export interface Outcome {
  failed: boolean;
  /** By resource name: what the engine planned for it. */
  steps: Map<string, Step>;
  /** Error messages by resource name; those of the stack under "". */
  errors: Map<string, string>;
  warnings: string[];
  /** What the command printed, where it failed. */
  said: string;
}

/** The outcome, which must be a success. */
export function succeeded(outcome: Outcome): Outcome {
  assert.equal(outcome.failed, false, told(outcome));
  return outcome;
}

/** What was said of a resource that must have failed. */
export function errorOf(outcome: Outcome, name: string): string {
  const message = outcome.errors.get(name);
  assert.ok(message, `No error of ${name}. ${told(outcome)}`);
  return message;
}

export interface Step {
  op: string;
  diff: Record<string, string>;
  replaceBecause: string[];
}

export interface StoredResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  initErrors?: string[];
}

export class ScratchStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "provider-test-"));
  readonly environment: Record<string, string>;
  private stack: automation.Stack | undefined;

  constructor(
    private readonly name: string,
    environment: Record<string, string> = {},
  ) {
    const state = join(this.folder, "state");
    mkdirSync(state);
    this.environment = {
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "a scratch stack",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...environment,
    };
  }

  up(program: () => void): Promise<Outcome> {
    return this.run(program, (stack, onEvent) => stack.up({ onEvent, suppressProgress: true }));
  }

  preview(program: () => void): Promise<Outcome> {
    return this.run(program, (stack, onEvent) => stack.preview({ onEvent, suppressProgress: true }));
  }

  refresh(program: () => void = () => undefined): Promise<Outcome> {
    return this.run(program, (stack, onEvent) => stack.refresh({ onEvent, suppressProgress: true }));
  }

  destroy(): Promise<Outcome> {
    return this.run(
      () => undefined,
      (stack, onEvent) => stack.destroy({ onEvent, suppressProgress: true }),
    );
  }

  /** The state's resources as they are stored, secrets encrypted. */
  state(): StoredResource[] {
    const path = join(this.folder, "state", ".pulumi", "stacks", PROJECT, `${this.name}.json`);
    const stored = JSON.parse(readFileSync(path, "utf8")) as {
      checkpoint: { latest?: { resources?: StoredResource[] } };
    };
    return stored.checkpoint.latest?.resources ?? [];
  }

  /** Forgets the state; what is in the cluster stays. */
  discard(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(
    program: () => void,
    operation: (stack: automation.Stack, onEvent: (event: automation.EngineEvent) => void) => Promise<unknown>,
  ): Promise<Outcome> {
    this.stack = await automation.LocalWorkspace.createOrSelectStack(
      { stackName: this.name, projectName: PROJECT, program: async () => program() },
      { workDir: this.folder, envVars: this.environment },
    );
    const outcome: Outcome = { failed: false, steps: new Map(), errors: new Map(), warnings: [], said: "" };
    try {
      await operation(this.stack, (event) => record(event, outcome));
    } catch (error) {
      outcome.failed = true;
      outcome.said = String(error);
      if (outcome.errors.size === 0) outcome.errors.set("", outcome.said);
    }
    return outcome;
  }
}

/** Steps that say what happens to a resource, leaving out the parts that a replacement consists of. */
const TOLD = new Set(["same", "create", "update", "replace", "delete", "refresh", "read"]);

function record(event: automation.EngineEvent, outcome: Outcome): void {
  const metadata = event.resourcePreEvent?.metadata ?? event.resOutputsEvent?.metadata;
  if (metadata !== undefined && TOLD.has(metadata.op)) {
    const diff: Record<string, string> = {};
    for (const [path, { diffKind }] of Object.entries(metadata.detailedDiff ?? {})) diff[path] = diffKind;
    outcome.steps.set(nameOf(metadata.urn), { op: metadata.op, diff, replaceBecause: metadata.keys ?? [] });
  }
  const diagnostic = event.diagnosticEvent;
  if (diagnostic === undefined) return;
  const message = diagnostic.message.replace(/<\{%[^%]*%\}>/g, "");
  if (diagnostic.severity === "error") {
    const name = nameOf(diagnostic.urn ?? "");
    outcome.errors.set(name, `${outcome.errors.get(name) ?? ""}${message}`);
  } else if (diagnostic.severity === "warning") outcome.warnings.push(message);
}

/** Everything known of an operation, for the message of a failed assertion. */
function told({ failed, steps, errors, warnings, said }: Outcome): string {
  return `${JSON.stringify({ failed, steps: [...steps], errors: [...errors], warnings }, undefined, 1)}\n${said}`;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
