import * as pulumi from "@pulumi/pulumi";
import { Platform } from "../../components/platform";
import { images } from "../../kubernetes/images";
import { flavorFacts } from "../../components/services/localstack/flavorFacts";
import type { PlatformConfig } from "../../components/configuration";
import { record, type RecordOptions, type Run } from "./recorder";

const small = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "500m", memory: "256Mi" } };

/** A complete configuration to change parts of. */
export function exampleConfig(change: (config: PlatformConfig) => void = () => {}): PlatformConfig {
  const config: PlatformConfig = {
    context: "example",
    domain: "example.test",
    certificates: { mode: "ownCa", commonName: "Private CA of example.test" },
    routing: {
      entryPoint: "websecure",
      plainEntryPoint: "web",
      traefikNamespace: "kube-system",
      traefikAddresses: [],
      port: 443,
      allowedRanges: [],
      hsts: true,
      tuneTraefik: false,
    },
    storage: { class: "local-path", protection: "none" },
    apps: [],
    artifacts: [],
    namespaces: [
      { name: "apps", podSecurity: "restricted", pullSecret: true, egress: "open" },
      { name: "games", podSecurity: "baseline", pullSecret: false, egress: "open", quota: { pods: 5 } },
    ],
    registry: {
      enabled: true,
      namespace: "registry",
      host: "registry.example.test",
      image: images.registry,
      username: "admin",
      users: [],
      bcryptCost: 4,
      storage: { size: "1Gi", class: "local-path", protection: "none" },
      resources: small,
      allowDelete: false,
      metrics: false,
      gate: { image: images.gateway },
      ui: { enabled: true, host: "ui.example.test", image: images.registryUi, allowDelete: false, resources: small },
    },
    localstack: {
      enabled: false,
      flavor: "localstack",
      namespace: "localstack",
      host: "localstack.example.test",
      image: flavorFacts.localstack.image,
      gateway: { image: images.gateway },
      region: "us-east-1",
      services: ["s3", "sqs", "sns"],
      persistence: false,
      persistenceReason: "",
      storage: { size: "1Gi", class: "local-path", protection: "none" },
      resources: small,
      startSeconds: 300,
      lambda: "none",
      allowedRanges: [],
      corsOrigins: [],
      edge: false,
      exemptions: {},
      buckets: [],
      queues: [],
      topics: [],
      tables: [],
      secrets: [],
      parameters: [],
      secretsRevision: "",
    },
    page: { enabled: false, namespace: "platform", host: "platform.example.test", image: images.gateway },
    admission: { enabled: false, action: "deny", policies: "", everywhere: false, except: [] },
    health: { afterUp: false },
  };
  change(config);
  return config;
}

/** A user whose password is a secret, as the loaded configuration has it. */
export function user(name: string, password: string) {
  return { name, password: pulumi.secret(password) };
}

export function recordPlatform(change?: (config: PlatformConfig) => void, options?: RecordOptions): Promise<Run> {
  return record(() => new Platform("homelab", exampleConfig(change)).outputs, options);
}
