/*
 * Ports that an app's configuration exposes, with a reason. Unlike an exemption a grant stands beside what it is about: it names ports
 * of one Service, holds as long as the declaration does, and is reported whenever it is used.
 */
import { exposedName, meansPort, type PortIdentity } from "../../kubernetes/exposed";
import { any, all, literal } from "../core/cel";
import { known, readText, type ObjectView } from "../core/object";

export interface Grant {
  app: string;
  namespace: string;
  /** The Service's own name. */
  service: string;
  /** As declared: `mqtt`, `1883`, `53/udp`. */
  ports: readonly string[];
  reason: string;
}

/** What a component of an app registers of its block. */
export interface Declaring {
  app: string;
  namespace: string;
  expose: readonly { service: string; ports: readonly string[]; reason: string }[];
}

/** The rules that refuse a port for being reached from outside. */
const GRANTED = new Set(["https-only"]);

export function grantsOf({ app, namespace, expose }: Declaring): Grant[] {
  return expose.map(({ service, ports, reason }) => ({ app, namespace, service: exposedName(service), ports, reason }));
}

/** The grant for what a rule found at `path` of an object, or undefined. */
export function grantFor(grants: readonly Grant[], rule: string, view: ObjectView, path: string): Grant | undefined {
  const index = /(?:^|\.)spec\.ports\[(\d+)\]/.exec(path)?.[1];
  if (!GRANTED.has(rule) || view.type !== "/Service" || index === undefined) return undefined;
  const port = portOf(view, Number(index));
  return grants.find(({ namespace, service, ports }) => {
    return namespace === view.namespace && service === view.name && ports.some((declared) => meansPort(declared, port));
  });
}

function portOf(view: ObjectView, index: number): PortIdentity {
  const field = known(view.root, "spec")?.at("ports").items()[index];
  return { name: readText(field, "name"), port: known(field, "port")?.number(), protocol: readText(field, "protocol") };
}

/** The condition under which the API server does not ask a rule: a Service with granted ports alone. Undefined where none is granted. */
export function grantCondition(grants: readonly Grant[], rule: string): string | undefined {
  if (!GRANTED.has(rule) || grants.length === 0) return undefined;
  const number = "string(p.?port.orValue(0))";
  const protocol = "p.?protocol.orValue('TCP').lowerAscii()";
  const services = grants.map(({ namespace, service, ports }) => {
    const meant = any(
      `p.?name.orValue('') in ${literal(ports)}`,
      `${number} in ${literal(ports)}`,
      `(${number} + '/' + ${protocol}) in ${literal(ports)}`,
    );
    return all(
      `request.namespace == ${literal(namespace)}`,
      `object.metadata.?name.orValue('') == ${literal(service)}`,
      `object.?spec.?ports.orValue([]).all(p, ${meant})`,
    );
  });
  return `object.kind != 'Service' || !(${any(...services)})`;
}
