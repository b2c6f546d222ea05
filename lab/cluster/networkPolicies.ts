/** Starts kube-router's firewall, which enforces NetworkPolicies on the node, with a read-only account. */
import { clusterMetadata, readOnly, type KubernetesObject } from "./addons/objects";
import { networkPolicies } from "./daemons";
import { kubectl, type Programs } from "./kubectl";
import { UserError } from "../../shared/process";
import { runInNode, startDaemon, waitWhileRunning, type NodeRecord } from "./node";

/** Also the name in the certificate that kube-router shows to the API server. */
const NAME = "kube-router";
const GROUP = "rbac.authorization.k8s.io";

/** What kube-router may do: read nodes, pods, services and the policies. */
function networkPolicyAccess(): KubernetesObject[] {
  const metadata = clusterMetadata({ name: NAME, namespace: "" }, NAME);
  return [
    {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterRole",
      metadata,
      rules: [
        { apiGroups: [""], resources: ["namespaces", "pods", "services", "nodes", "endpoints"], verbs: readOnly },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: readOnly },
        { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: readOnly },
      ],
    },
    {
      apiVersion: `${GROUP}/v1`,
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: NAME },
      subjects: [{ apiGroup: GROUP, kind: "User", name: NAME }],
    },
  ];
}

/** The rule that ends kube-router's chain: the packet filter has it once all policies have been gone through for the first time. */
const IN_FORCE = "-A KUBE-ROUTER-FORWARD .*--mark 0x20000/0x20000 -j ACCEPT";

/** Starts kube-router and waits until the policies that the cluster has are in force. The node has to be registered. */
export async function enforcePolicies(node: NodeRecord, programs: Programs): Promise<void> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: networkPolicyAccess() });
  const applied = kubectl(
    programs,
    ["apply", "--server-side", "--force-conflicts", "--field-manager=homelab-lab", "-f", "-"],
    list,
  );
  if (applied.status !== 0) throw new UserError(`kube-router got no access to the cluster: ${applied.stderr.trim()}`);
  startDaemon(node, networkPolicies(programs[NAME]!));
  const asked = ["sh", "-c", `iptables-save -t filter | grep -q -e '${IN_FORCE}'`];
  await waitWhileRunning(NAME, 30, () => runInNode(node, asked, true).status === 0);
}
