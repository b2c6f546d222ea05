import assert from "node:assert/strict";
import { connect } from "node:net";
import { busyboxImage } from "../../lab/images/catalogue";
import { kubectl, kubectlJson, succeeded } from "./support";

/* Who reaches whom over the lab's network. */

/** A pod of a test runs BusyBox, with so few rights that any namespace takes it. */
export function busyboxPod(namespace: string, name: string, command: string[]): object {
  // Not root and without a capability: as on K3s, it may listen on port 80 all the same.
  const securityContext = {
    runAsNonRoot: true,
    runAsUser: 65534,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  };
  const container = { name: "main", image: busyboxImage(), command, imagePullPolicy: "Never", securityContext };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: { containers: [container] },
  };
}

/** Waits for the pods of a namespace. */
export function podsAreReady(namespace: string): void {
  succeeded(kubectl("wait", "-n", namespace, "pod", "--all", "--for=condition=Ready", "--timeout=60s"));
}

export type Verdict = "open" | "closed";
/** `pod/stranger`, `deployment/traefik`: something whose first container has a shell and nc. */
export type From = [namespace: string, target: string];
export type To = [namespace: string, service: string, path: string];

interface Slices {
  items: { endpoints?: { addresses: string[] }[]; ports: { port: number }[] }[];
}

/**
 * Whether a Service answers over HTTP, whatever its status. It is asked by the address of its pod, which the policies are about and which
 * a headless Service has too, and with nc: Debian's static BusyBox crashes where its wget looks a host up.
 */
export function reach(from: From, [place, service, path]: To): Verdict {
  const slices = kubectlJson<Slices>("get", "endpointslices", "-n", place, "-l", `kubernetes.io/service-name=${service}`);
  const [slice] = slices.items;
  const host = slice?.endpoints?.[0]?.addresses[0];
  const open = slice?.ports[0]?.port;
  assert.ok(host && open, `the Service ${service} has no pod`);
  return reachAddress(from, host, open, { name: service, path });
}

/** Whether an address answers over HTTP; one that speaks TLS says so, in HTTP. */
export function reachAddress(
  [namespace, target]: From,
  address: string,
  port: number,
  { name = address, path = "/" }: { name?: string; path?: string } = {},
): Verdict {
  // The emulator gives up on a client that closes its side.
  const ask = `{ printf 'GET ${path} HTTP/1.1\\r\\nHost: ${name}\\r\\nConnection: close\\r\\n\\r\\n'; sleep 1; } | nc -w 3 ${address} ${port}`;
  const { text } = kubectl("exec", "-n", namespace, target, "--", "sh", "-c", ask);
  if (/^HTTP\//m.test(text)) return "open";
  assert.match(text, /refused|timed out|unreachable/, `${name}: ${text}`);
  return "closed";
}

interface Nodes {
  items: { status: { addresses: { type: string; address: string }[] } }[];
}

/** What a port of the node says over HTTP to this machine, which is outside of the cluster; nothing where it is closed. */
export function fromOutside(port: number): Promise<string> {
  const [node] = kubectlJson<Nodes>("get", "nodes").items;
  const { address } = node!.status.addresses.find(({ type }) => type === "InternalIP")!;
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 3000 });
    let said = "";
    socket.on("connect", () => socket.write("GET / HTTP/1.0\r\n\r\n"));
    socket.on("data", (data) => (said += data.toString()));
    for (const event of ["timeout", "error"]) socket.on(event, () => socket.destroy());
    socket.on("close", () => resolve(said));
  });
}

/** This machine and no other, as the node sees it. */
export const THIS_MACHINE = ["10.200.0.0/16"];
