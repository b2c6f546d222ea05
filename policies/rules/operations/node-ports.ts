import { Field } from "../../../kubernetes/objects/field";
import { Finding, attempt, each, finding } from "../../../kubernetes/objects/finding";
import { definePolicy } from "../../core/policy";

interface NodePortParams {
  lowest: number;
  highest: number;
}

function service(port: string): string {
  return `{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: NodePort, ports: [{port: 443, name: https, ${port}}]}}`;
}

export const nodePorts = definePolicy<NodePortParams>({
  id: "node-ports",
  title: "Node ports lie in the range that the API server gives out",
  rationale: "The API server refuses a node port outside of its range, at the very end of a deployment that looked right.",
  severity: "low",
  level: "mandatory",
  remediation: "Choose a port from 30000 to 32767, or leave the choice to the API server.",
  tags: ["network"],
  match: [{ group: "", versions: ["v1"], kinds: ["Service"] }],
  params: {
    lowest: {
      type: "integer",
      minimum: 1,
      default: 30000,
      description: "First port of the API server's --service-node-port-range",
    },
    highest: { type: "integer", minimum: 1, default: 32767, description: "Last port of that range" },
  },
  *check(view, params) {
    yield* attempt(() => outside(view.spec.at("healthCheckNodePort"), params));
    yield* each(view.spec.at("ports").items(), (port) => outside(port.at("nodePort"), params));
  },
  admission: { notExpressible: "the API server refuses it by itself" },
  good: [
    { title: "a port of the range", yaml: service("nodePort: 30500") },
    { title: "a port of a wider range", yaml: service("nodePort: 8443"), params: { lowest: 1024 } },
    { title: "no port of its own choice", yaml: service("nodePort: 0") },
  ],
  bad: [
    { title: "a port outside of the range", yaml: service("nodePort: 8443"), finds: ["asks for the node port 8443"] },
    {
      title: "a port for health checks outside of the range",
      yaml: "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 8080}}",
      finds: ["asks for the node port 8080"],
    },
  ],
});

function outside(field: Field, { lowest, highest }: NodePortParams): Finding | undefined {
  const number = field.number();
  if (number === undefined || number === 0 || (number >= lowest && number <= highest)) return undefined;
  return finding(
    field,
    `asks for the node port ${number}, outside of ${lowest} to ${highest}`,
    `choose a port from ${lowest} to ${highest}, or leave it out`,
  );
}
