import type * as k8s from "@pulumi/kubernetes";
import type { RegistryConfig } from "./resolve";
import { container, contentChecksum, httpProbes, nginx, podPeer, podTemplate, roleOf, tcp, type Peer } from "../../builders";
import { drainSeconds, paths, ports } from "./configFile";
import { gateReadyPath } from "./gate";

/** Labels of the registry's own pods and of the UI's, each with the selector that finds them. */
export const server = roleOf({ name: "registry", component: "server" });
export const ui = roleOf({ name: "registry", component: "ui" });

export interface RegistryPodArgs extends Pick<RegistryConfig, "image" | "resources" | "metrics" | "gate"> {
  configMap: string;
  /** Name and content of the gate's ConfigMap. */
  gateConfigMap: string;
  gateConfig: string;
  /** Content of `config.yml`. */
  config: string;
  htpasswdSecret: string;
  httpSecret: { secretName: string; key: string };
  claimName: string;
}

/** The images run as root unless told otherwise, but write nowhere but into the storage directory. */
const user = { uid: 1000, gid: 1000 };

export function registryPod(args: RegistryPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  const gate = nginx({
    name: "gate",
    image: args.gate.image,
    port: ports.gate,
    readyPath: gateReadyPath,
    configMap: args.gateConfigMap,
    // It remembers accounts that were right.
    inMemory: true,
  });
  return podTemplate({
    labels: server.labels,
    // Read once at start, so a change has to restart the pod; accounts are read again and need none.
    annotations: contentChecksum(args.config + args.gateConfig),
    user,
    terminationGracePeriodSeconds: drainSeconds + 15,
    containers: [
      container({
        name: "registry",
        image: args.image,
        // Always the path: without it, or with the file at the place where the other major version looks for it,
        // the images fall back to a configuration of their own that has no accounts.
        args: ["serve", paths.configFile],
        ports: { http: ports.http, ...(args.metrics ? { metrics: ports.metrics } : {}) },
        env: {
          // A key of the pod's own making would break every running upload at a restart.
          REGISTRY_HTTP_SECRET: args.httpSecret,
          // 3.x sends traces to localhost:4318 unless told not to, and logs every failure.
          OTEL_TRACES_EXPORTER: "none",
        },
        mounts: {
          config: { path: paths.configDirectory, readOnly: true },
          // The directory, not the one file: a file mounted with subPath never changes again.
          auth: { path: paths.authDirectory, readOnly: true },
          data: { path: paths.data },
        },
        // Not /v2/, which answers 401 without an account.
        probes: httpProbes({ path: "/", port: "http" }),
        resources: args.resources,
      }),
      gate.container,
    ],
    volumes: [
      ...gate.volumes,
      { name: "config", configMap: { name: args.configMap } },
      // Readable by the pod's group only, and never optional: without it the registry would make up an account.
      { name: "auth", secret: { secretName: args.htpasswdSecret, defaultMode: 0o440, optional: false } },
      { name: "data", persistentVolumeClaim: { claimName: args.claimName } },
    ],
  });
}

/** The router and the UI reach the API, the router the gate; nobody reaches metrics until a policy lets a scraper in. */
export function registryTraffic(routerPeers: Peer[]): k8s.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: server.selector },
    policyTypes: ["Ingress"],
    ingress: [
      { from: [...routerPeers, podPeer(ui.selector)], ports: [tcp(ports.http)] },
      { from: routerPeers, ports: [tcp(ports.gate)] },
    ],
  };
}

export function uiTraffic(routerPeers: Peer[]): k8s.types.input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: { matchLabels: ui.selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: routerPeers, ports: [tcp(uiPort)] }],
    egress: [{ to: [podPeer(server.selector)], ports: [tcp(ports.http)] }],
  };
}

/** Where the UI's web server listens when it does not run as root. */
export const uiPort = 8080;

export interface UiPodArgs {
  image: string;
  resources: RegistryConfig["ui"]["resources"];
  allowDelete: boolean;
  /** What image names begin with. */
  server: string;
  /** Address of the registry inside the cluster. */
  upstream: string;
}

export function uiPod(args: UiPodArgs): k8s.types.input.core.v1.PodTemplateSpec {
  return podTemplate({
    labels: ui.labels,
    // The user `nginx` of the image, who owns the files below.
    user: { uid: 101, gid: 101 },
    containers: [
      container({
        name: "ui",
        image: args.image,
        ports: { http: uiPort },
        env: {
          SINGLE_REGISTRY: "true",
          // Page and /v2/ under one host: from another one, browsers first ask with an OPTIONS request that
          // carries no account, which the registry refuses with 401.
          NGINX_PROXY_PASS_URL: args.upstream,
          REGISTRY_SECURED: "true",
          PULL_URL: args.server,
          REGISTRY_TITLE: args.server,
          DELETE_IMAGES: args.allowDelete.toString(),
          SHOW_CONTENT_DIGEST: "true",
        },
        probes: httpProbes({ path: "/", port: "http" }),
        resources: args.resources,
        // Its start script edits the page and nginx's configuration in place.
        writableRoot: true,
      }),
    ],
  });
}
