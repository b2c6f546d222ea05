import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Issuer } from "../blocks/certificates";
import type { Probe } from "../blocks/health";
import type { RegistryAccess } from "../blocks/images";
import type { Namespace } from "../blocks/namespace";
import type { Peer } from "../builders";
import type { Path } from "../config/finding";
import type { VolumeConfig } from "../config/types";
import type { Check } from "./check";
import type { Host, ServedName } from "./host";
import type { Reference } from "./reference";
import type { PlatformConfig } from "./resolve";
import type { Checked, Draft } from "./sections";

/**
 * One service of the platform: all that is known of it, in one plain definition. What is there for all services (host names, outputs,
 * next steps, health checks, what a stack refers to) comes from going through the definitions; nothing else lists services.
 *
 * Members are optional and have no logic that concerns another service. `schema.ts` beside a definition has its keys, `resolve.ts`
 * the defaults that follow from other values.
 */
export interface Service {
  /** Its key below `homelab:`. */
  key: keyof Checked;
  /** Names that its key had before: they work, with a warning. */
  formerKeys?: readonly string[];
  /** What does not go together. */
  checks?: readonly Check[];
  /** Host names that it serves while it is on. */
  hosts?: (config: Given) => Host[];
  /** Namespaces that it makes while it is on. */
  namespaces?: (config: Given) => OwnNamespace[];
  /** Volumes that it makes while it is on. */
  volumes?: (config: PlatformConfig) => OwnVolume[];
  /** Whether it makes objects that may outlive the stack, volumes and their namespaces left aside. */
  retains?: (config: PlatformConfig) => boolean;
  /** Stack outputs that follow from the configuration alone. Their names are a contract. */
  outputs?: (config: PlatformConfig) => Record<string, unknown>;
  /** How it is seen to serve, by the outputs of a stack; nothing for a stack without it. `npm run health` goes by these. */
  probes?: (outputs: Record<string, unknown>) => Probe[];
  /** What it refers to and does not make. `kubectl` is kubectl with what it needs to reach the cluster, for remedies. */
  references?: (config: PlatformConfig, facts: Facts, kubectl: string) => Reference[];
  /** Makes its resources. Loaded when it is called: the commands read definitions, and do without the engine's library. */
  deploy?: (platform: PlatformContext) => Deployed;
}

/** What is derived from a configuration, complete or still being checked. */
export type Given = Draft | PlatformConfig;

export interface OwnNamespace {
  /** The key that names it. */
  path: Path;
  name: string | undefined;
  /** Somebody else made it, and nothing of the platform takes it. */
  existing?: true;
  /** What may stand there; left out: a namespace of its own. */
  allowed?: string;
  /** What to do when another, earlier one has the name. */
  remedy?: (first: OwnNamespace) => string;
}

export interface OwnVolume {
  /** The key that says what it is like. */
  key: string;
  storage: VolumeConfig;
}

/** What all definitions together say of a configuration. */
export interface Facts {
  hosts: ServedName[];
  /** Namespaces that the stack makes. */
  namespaces: string[];
  volumes: OwnVolume[];
  /** Namespaces that hold a route, each with the certificate beside it. */
  routed: string[];
}

/** What a service is deployed with: the configuration, and what services before it have made. */
export interface PlatformContext {
  /** What the name of every resource begins with. */
  name: string;
  /** Of Pulumi, for commands to copy. */
  stack: string;
  config: PlatformConfig;
  facts: Facts;
  /** Parent and connection. */
  child: pulumi.ComponentResourceOptions;
  /** Connection for what is retained (connectKeeper); absent where nothing is. */
  keeper?: k8s.Provider;
  /** Where Traefik's requests come from. */
  routerPeers: Peer[];
  /** Of the services before it. */
  nextSteps: readonly string[];
  made: Made;
}

/** What services make for those after them. */
export interface Made {
  issuer: Issuer;
  /** By name: those that `namespaces` declares, and those of apps. */
  namespaces: ReadonlyMap<string, Namespace>;
  /** Absent without a registry. */
  registry?: MadeRegistry;
}

export interface MadeRegistry {
  component: pulumi.ComponentResource;
  /** What image names begin with. */
  server: string;
  access: pulumi.Output<RegistryAccess>;
}

/** What the platform says of a service that it has deployed. */
export interface Deployed {
  /** Stack outputs that are known only now; what is undefined is left out. Their names are a contract. */
  outputs?: Record<string, unknown>;
  /** What a person does next, as commands to copy. Never a password: the text is printed with every deployment. */
  nextSteps?: string[];
  /** For services after it. */
  made?: Partial<Made>;
  health?: HealthCheck;
}

/** How the service is seen to serve, at the end of `pulumi up`. */
export interface HealthCheck {
  /** Names of its resource and of its type. */
  name: string;
  type: string;
  /** Checked when it is there. */
  component: pulumi.Resource;
  probe: Omit<Probe, "accounts">;
  accounts?: { name: string; password: pulumi.Output<string> }[];
  /** The check runs again when one of these changes. */
  triggers: pulumi.Input<string>[];
}

export const defineService = (service: Service): Service => service;
