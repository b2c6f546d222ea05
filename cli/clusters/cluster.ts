/** The cluster behind a command: what a stack is deployed to, and what is particular to it. */
import type { Purpose } from "../engine/environment";
import type { Origins } from "../engine/origins";

/** The configuration of a stack, by key: `homelab:domain`. */
export type Config = Record<string, unknown>;

/** The outputs of a stack by name. */
export type Outputs = Record<string, unknown>;

/** An output that is a text; empty where it is missing. */
export const textOf = (output: unknown): string => (typeof output === "string" ? output : "");

export interface Cluster {
  /** In a sentence: `the lab on this machine`. */
  readonly description: string;
  /** Of whose parts the engine is made, and where its state is kept. */
  readonly purpose: Purpose;
  /** False for a preview that asks no cluster. */
  readonly exists: boolean;
  /** Made by `npm start` on this machine, and taken down by `npm stop`. */
  readonly local: boolean;
  /** Arguments by which kubectl reaches it, whatever context is current. */
  readonly kubectlArguments: readonly string[];
  /** Folder of the generated stack files. */
  readonly stackFolder: string;
  /** Variables by which programs find it. */
  environment(): NodeJS.ProcessEnv;
  /** Why it cannot be asked now: `The lab is not running`. Undefined where it can be. */
  absence(): string | undefined;
  /** What it adds to a stack's configuration, by section. */
  settings(): Record<string, unknown>;
  /** What it changes in a whole configuration. @throws UserError for what it cannot run */
  adapt(config: Config): Config;
  /** Makes it answer, and the engine ready. */
  ensureUp(stack: string): Promise<Origins>;
  /** Makes or fetches what a deployment needs beside the cluster: images. */
  ensureImages(config: Config): Promise<void>;
  /** What has to be deployed before the whole, or undefined. @param last outputs of the last deployment */
  firstPart(config: Config, last: Outputs): Config | undefined;
  /** Configures its nodes and its clients for what is deployed. */
  configure(values: Outputs): void;
  /** Does what controllers do on other clusters after a deployment. */
  followDeployment(): Promise<void>;
  /** What of it has ended since it was brought up, as a sentence with the remedy: whatever else fails, follows from it. */
  loss(): string | undefined;
  /** What to do next, after a deployment. */
  nextSteps(stack: string, values: Outputs): string;
  /** Other stacks that are opened with this one. */
  companions(stack: string): readonly string[];
  /** Runs what brings it up or takes it down, when no other command is doing so. */
  exclusively<T>(action: () => Promise<T>): Promise<T>;
  /** Takes a local one down; its data too if asked. */
  takeDown(removeData: boolean): Promise<void> | void;
}

/** What most clusters do not have: a part of their own in a deployment. */
export const ordinary = {
  exists: true,
  local: false,
  environment: () => ({}),
  absence: () => undefined,
  settings: () => ({}),
  adapt: (config: Config) => config,
  ensureImages: async () => {},
  firstPart: () => undefined,
  configure: () => {},
  followDeployment: async () => {},
  loss: () => undefined,
  nextSteps: (_stack: string, values: Outputs) => textOf(values.nextSteps).trim(),
  companions: () => [],
  exclusively: <T>(action: () => Promise<T>) => action(),
  takeDown: async () => {},
} satisfies Partial<Cluster>;
