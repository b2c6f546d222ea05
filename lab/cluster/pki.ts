/** The cluster's own certificates and kubeconfigs, made once with openssl and kept with the data: ten years, never committed. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { paths } from "../../shared/paths";
import { run } from "../../shared/process";
import { API_SERVICE_ADDRESS, type NodeNetwork } from "./network";

const DAYS = "3650";
export const CONTEXT = "lab";
export const NODE_NAME = "lab";

const file = (name: string) => join(paths.pki, name);

interface Identity {
  name: string;
  subject: string;
  alternativeNames?: string;
}

function identities(network: NodeNetwork): Identity[] {
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"].map((name) => `DNS:${name}`);
  return [
    {
      name: "apiserver",
      subject: "/CN=kube-apiserver",
      alternativeNames: [...service, "IP:127.0.0.1", `IP:${network.nodeAddress}`, `IP:${API_SERVICE_ADDRESS}`].join(","),
    },
    { name: "admin", subject: "/O=system:masters/CN=admin" },
    {
      name: "kubelet",
      subject: `/O=system:nodes/CN=system:node:${NODE_NAME}`,
      alternativeNames: `DNS:${NODE_NAME},IP:${network.nodeAddress}`,
    },
    { name: "controller-manager", subject: "/CN=system:kube-controller-manager" },
    { name: "scheduler", subject: "/CN=system:kube-scheduler" },
    { name: "proxy", subject: "/CN=system:kube-proxy" },
    { name: "kube-router", subject: "/CN=kube-router" },
    { name: "front-proxy", subject: "/CN=front-proxy" },
  ];
}

function makeAuthority(): void {
  run("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    file("ca.key"),
    "-out",
    file("ca.crt"),
    "-days",
    DAYS,
    "-subj",
    "/CN=lab-cluster",
  ]);
  run("openssl", ["genrsa", "-out", file("service-account.key"), "2048"]);
  run("openssl", ["rsa", "-in", file("service-account.key"), "-pubout", "-out", file("service-account.pub")]);
}

function issue(identity: Identity): void {
  const { name } = identity;
  run("openssl", [
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-keyout",
    file(`${name}.key`),
    "-out",
    file(`${name}.csr`),
    "-subj",
    identity.subject,
  ]);
  writeFileSync(
    file(`${name}.ext`),
    `subjectAltName=${identity.alternativeNames ?? "DNS:localhost"}\nextendedKeyUsage=serverAuth,clientAuth\n`,
  );
  run("openssl", [
    "x509",
    "-req",
    "-in",
    file(`${name}.csr`),
    "-CA",
    file("ca.crt"),
    "-CAkey",
    file("ca.key"),
    "-CAcreateserial",
    "-days",
    DAYS,
    "-extfile",
    file(`${name}.ext`),
    "-out",
    file(`${name}.crt`),
  ]);
  rmSync(file(`${name}.csr`));
  rmSync(file(`${name}.ext`));
}

/** Makes what is missing. The certificates name the node's address, so a changed address has them issued again. */
export function ensurePki(network: NodeNetwork): void {
  const stamp = file("issued-for");
  const sameAddress = existsSync(stamp) && readFileSync(stamp, "utf8") === network.nodeAddress;
  const lacking = identities(network).filter(({ name }) => !sameAddress || !existsSync(file(`${name}.crt`)));
  if (lacking.length === 0) return;
  mkdirSync(paths.pki, { recursive: true, mode: 0o700 });
  if (!existsSync(file("service-account.pub"))) makeAuthority();
  for (const identity of lacking) issue(identity);
  writeFileSync(`${stamp}.new`, network.nodeAddress);
  renameSync(`${stamp}.new`, stamp);
}

/** Writes the kubeconfig of one identity. */
export function writeKubeconfig(identity: string, target: string, network: NodeNetwork): void {
  const base64 = (name: string) => readFileSync(file(name)).toString("base64");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: CONTEXT,
        cluster: { server: `https://${network.nodeAddress}:6443`, "certificate-authority-data": base64("ca.crt") },
      },
    ],
    users: [
      {
        name: identity,
        user: { "client-certificate-data": base64(`${identity}.crt`), "client-key-data": base64(`${identity}.key`) },
      },
    ],
    contexts: [{ name: CONTEXT, context: { cluster: CONTEXT, user: identity } }],
    "current-context": CONTEXT,
  };
  writeFileSync(target, stringify(kubeconfig), { mode: 0o600 });
}
