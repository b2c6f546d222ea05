/** The add-ons as the tests look at them, for parameters that no default has. */
import assert from "node:assert/strict";
import { addons, type AddonParameters } from "../../../lab/cluster/addons";

export const helperImage = "docker.io/library/busybox:1.35.0";
export const parameters: AddonParameters = {
  dnsServiceAddress: "10.96.0.10",
  nodeAddress: "192.0.2.7",
  names: ["registry.example.test", "ui.example.test"],
  volumesPath: "/srv/volumes",
  helperImage,
  definitions: {},
};
export const objects = addons(parameters);

export interface Container {
  name: string;
  image: string;
  args: string[];
  ports?: Array<{ name: string; containerPort: number; hostPort?: number }>;
  resources: { requests: object; limits: object };
  securityContext: object;
  startupProbe?: { httpGet: { port: string } };
  livenessProbe?: { httpGet: { port: string } };
  readinessProbe?: { httpGet: { port: string } };
  volumeMounts?: Array<{ name: string }>;
}
export interface PodTemplate {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    serviceAccountName: string;
    containers: Container[];
    volumes?: Array<{ name: string; configMap?: { name: string } }>;
    securityContext: { runAsNonRoot: boolean; runAsUser: number };
  };
}
export interface DeploymentSpec {
  replicas: number;
  strategy: { type: string };
  selector: { matchLabels: Record<string, string> };
  template: PodTemplate;
}
export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  "x-kubernetes-preserve-unknown-fields"?: boolean;
}
export interface DefinitionSpec {
  group: string;
  scope: string;
  names: { kind: string; plural: string; shortNames?: string[] };
  versions: Array<{
    name: string;
    served: boolean;
    storage: boolean;
    subresources?: object;
    schema: { openAPIV3Schema: Schema };
    additionalPrinterColumns: Array<{ name: string }>;
  }>;
}

export const ofKind = (kind: string, from = objects) => from.filter((object) => object.kind === kind);
export const find = (kind: string, name: string, from = objects) => {
  const found = ofKind(kind, from).find((object) => object.metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
};
export const deployments = ofKind("Deployment").map((object) => ({
  name: object.metadata.name,
  namespace: object.metadata.namespace,
  spec: object.spec as DeploymentSpec,
}));
export const argumentsOf = (name: string) =>
  deployments.find((deployment) => deployment.name === name)!.spec.template.spec.containers[0]!.args;
export const contains = (labels: Record<string, string>, selector: Record<string, string>) =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);
