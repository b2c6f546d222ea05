/**
 * The way in: Traefik 3.6.12 as K3s 1.34 runs it, on ports 80 and 443 of the node, with the settings that K3s's chart gives it.
 * Newer ones (3.7, which K3s brings since July 2026) cannot be built here: they need a module that is not served.
 * Settings: https://doc.traefik.io/traefik/v3.6/reference/install-configuration/configuration-options/
 */
import { imageNames } from "../../images/catalogue";
import { access, clusterMetadata, deployment, readOnly, service, type Addon, type KubernetesObject } from "./objects";

const addon: Addon = { name: "traefik", namespace: "kube-system" };

const routeKinds = [
  "ingressroutes",
  "ingressroutetcps",
  "ingressrouteudps",
  "middlewares",
  "middlewaretcps",
  "serverstransports",
  "serverstransporttcps",
  "tlsoptions",
  "tlsstores",
  "traefikservices",
];

export interface TraefikArgs {
  /** Address that an Ingress reports as its own once it is served. */
  nodeAddress: string;
  /** Settings beyond K3s's own, by name, that a HelmChartConfig asks for. */
  traefikSettings?: Record<string, string>;
}

export function traefik({ nodeAddress, traefikSettings }: TraefikArgs): KubernetesObject[] {
  const settings: Record<string, string> = {
    "entryPoints.web.address": ":8000/tcp",
    "entryPoints.websecure.address": ":8443/tcp",
    "entryPoints.websecure.http.tls": "true",
    "entryPoints.traefik.address": ":8080/tcp",
    ping: "true",
    "api.dashboard": "false",
    "providers.kubernetescrd": "true",
    "providers.kubernetescrd.allowCrossNamespace": "false",
    "providers.kubernetescrd.allowEmptyServices": "true",
    "providers.kubernetesingress": "true",
    "providers.kubernetesingress.allowEmptyServices": "true",
    "providers.kubernetesingress.ingressendpoint.ip": nodeAddress,
    "log.level": "INFO",
    "log.noColor": "true",
    "global.checkNewVersion": "false",
    "global.sendAnonymousUsage": "false",
    ...traefikSettings,
  };
  return [
    ...access(addon, "traefik", {
      cluster: [
        { apiGroups: [""], resources: ["services", "secrets", "nodes", "configmaps"], verbs: readOnly },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: readOnly },
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "ingressclasses"], verbs: readOnly },
        { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
        { apiGroups: ["traefik.io"], resources: routeKinds, verbs: readOnly },
      ],
    }),
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: clusterMetadata(addon, "traefik", { "ingressclass.kubernetes.io/is-default-class": "true" }),
      spec: { controller: "traefik.io/ingress-controller" },
    },
    deployment(addon, {
      name: "traefik",
      image: imageNames.traefik,
      args: Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
      ports: [
        { name: "web", containerPort: 8000, hostPort: 80 },
        { name: "websecure", containerPort: 8443, hostPort: 443 },
        { name: "traefik", containerPort: 8080 },
      ],
      probes: { live: { path: "/ping", port: "traefik" } },
      resources: { cpu: ["100m", "2"], memory: ["96Mi", "512Mi"] },
      volumes: [{ name: "tmp", mountPath: "/tmp", source: { emptyDir: {} } }],
      podLabels: { "app.kubernetes.io/instance": "traefik-kube-system" },
      pod: { priorityClassName: "system-cluster-critical" },
      // Two pods cannot hold the same port of the node.
      strategy: "Recreate",
    }),
    service(addon, "traefik", {
      ports: [
        { name: "web", port: 80, targetPort: "web", protocol: "TCP" },
        { name: "websecure", port: 443, targetPort: "websecure", protocol: "TCP" },
      ],
    }),
  ];
}
