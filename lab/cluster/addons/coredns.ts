/**
 * Names inside the cluster. Pods and services under cluster.local, the platform's host names, and nothing else: the node
 * has no route out, so every other name is answered at once with "there is no such name" instead of a long wait.
 */
import { createHash } from "node:crypto";
import { imageNames } from "../../images/catalogue";
import { access, configMap, deployment, readOnly, service, type Addon, type KubernetesObject } from "./objects";

const addon: Addon = { name: "coredns", namespace: "kube-system" };
export interface CorednsArgs {
  /** The cluster's DNS service address, the one that kubelet gives to pods. */
  dnsServiceAddress: string;
  /** Address that the platform's names lead to. */
  nodeAddress: string;
  names: readonly string[];
}

export function coredns(args: CorednsArgs): KubernetesObject[] {
  const files = { Corefile: corefile(args), "nothing.zone": emptyRootZone };
  // A changed configuration starts a new pod before the old one goes, so that names are answered without a gap.
  const hash = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  return [
    ...access(addon, "coredns", {
      cluster: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: readOnly },
      ],
    }),
    configMap(addon, "coredns", files),
    deployment(addon, {
      name: "coredns",
      image: imageNames.coredns,
      args: ["-conf", "/etc/coredns/Corefile"],
      ports: [
        { name: "dns", containerPort: 53, protocol: "UDP" },
        { name: "dns-tcp", containerPort: 53 },
        { name: "health", containerPort: 8080 },
        { name: "ready", containerPort: 8181 },
      ],
      probes: { live: { path: "/health", port: "health" }, ready: { path: "/ready", port: "ready" } },
      resources: { cpu: ["50m", "500m"], memory: ["64Mi", "170Mi"] },
      volumes: [{ name: "config", mountPath: "/etc/coredns", source: { configMap: { name: "coredns" } } }],
      // Network policies know the cluster's DNS by this label.
      podLabels: { "k8s-app": "kube-dns" },
      podAnnotations: { "homelab.lab/config": hash },
      pod: { dnsPolicy: "Default", priorityClassName: "system-cluster-critical" },
      // Network policies speak of the pod's port, so it is 53 as at home, and open to a user without capabilities.
      sysctls: { "net.ipv4.ip_unprivileged_port_start": "53" },
    }),
    service(
      addon,
      "kube-dns",
      {
        clusterIP: args.dnsServiceAddress,
        ports: [
          { name: "dns", port: 53, targetPort: "dns", protocol: "UDP" },
          { name: "dns-tcp", port: 53, targetPort: "dns-tcp", protocol: "TCP" },
        ],
      },
      "coredns",
    ),
  ];
}

/** The plugins answer in CoreDNS's own order: hosts, then kubernetes, then the empty root zone for what is left. */
function corefile({ nodeAddress, names }: CorednsArgs): string {
  return `.:53 {
    errors
    health {
        lameduck 3s
    }
    ready
    hosts {
${names.map((name) => `        ${nodeAddress} ${name}\n`).join("")}        ttl 30
        fallthrough
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
    }
    file /etc/coredns/nothing.zone .
    cache 30
    loadbalance
}
`;
}

const emptyRootZone = `. 30 IN SOA ns.invalid. hostmaster.invalid. 1 7200 3600 1209600 30
. 30 IN NS ns.invalid.
`;
