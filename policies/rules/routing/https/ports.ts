import { Field } from "../../../../kubernetes/objects/field";
import { Finding, each, finding, unseen } from "../../../../kubernetes/objects/finding";
import { ObjectView } from "../../../core/object";
import { clean, show } from "../../../../kubernetes/objects/text";
import { encryptedNames, type HttpsParams, permittedPorts } from "./params";

/** A Service that is reached from outside the cluster: every port must say that it speaks TLS. */
export function* checkService(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const how = exposure(view);
  const type = view.spec.at("type");
  const ports = view.spec.at("ports");
  if (!how && !(view.patch && !type.exists)) return;
  if (view.patch && how && !ports.exists) yield unseen(ports, "the ports");
  yield* each(ports.items(), function* (port) {
    if (speaksTls(port, port.at("port"), params)) return;
    if (!how) {
      yield unseen(type, "the type, and whether the port is reached from outside");
      return;
    }
    const label = port.at("name").text();
    yield finding(
      port,
      `${how} exposes port ${clean(port.at("port").scalar() ?? "?")}${label ? ` (${show(label)})` : ""} without TLS`,
      "make the Service a ClusterIP behind an HTTPS route, or name the port https or set appProtocol: https if it really speaks TLS",
    );
  });
}

function exposure(view: ObjectView): string | undefined {
  const type = view.spec.at("type").text();
  if (type === "LoadBalancer" || type === "NodePort") return `type ${type}`;
  return view.spec.at("externalIPs").items().length > 0 ? "externalIPs" : undefined;
}

/** Ports that a pod opens on its node, by hostPort or because it lives in the node's network. */
export function* checkHostPorts(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const pod = view.pod!;
  const hostNetwork = pod.spec.at("hostNetwork");
  yield* each(pod.containerLists, (list) =>
    each(list(), (container) =>
      each(container.field.at("ports").items(), function* (port) {
        const opened = port.at("hostPort").number() || (hostNetwork.isTrue() && port.at("containerPort").number());
        if (!opened || isLoopback(port.at("hostIP").text())) return;
        if (speaksTls(port, port.at("hostPort").number() ? port.at("hostPort") : port.at("containerPort"), params)) return;
        yield finding(
          port,
          `${container.label} opens port ${opened} on the node without TLS`,
          "remove the hostPort and serve through an HTTPS route, or name the port https if it really speaks TLS",
        );
      }),
    ),
  );
}

function isLoopback(address: string | undefined): boolean {
  return address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address ?? "");
}

function speaksTls(port: Field, number: Field, params: HttpsParams): boolean {
  if (params.tlsAppProtocols.includes(port.at("appProtocol").text() ?? "")) return true;
  const name = port.at("name").text() ?? "";
  if (encryptedNames(params).some((tls) => name === tls || name.startsWith(`${tls}-`))) return true;
  return permittedPorts(params).includes(`${number.scalar()}/${port.at("protocol").text() ?? "TCP"}`);
}
