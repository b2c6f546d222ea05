/**
 * cert-manager 1.11: issues and renews certificates. The controller does the work, the webhook refuses objects that make no
 * sense, the CA injector tells the API server which authority the webhook's certificate comes from.
 * One of each runs, so none waits for a leader's lease: after a stop, the lease of the stopped pod would delay the next one.
 */
import { imageNames } from "../../images/catalogue";
import { cainjectorRules, controllerRules, webhookLocalRules, webhookRules } from "./certManagerAccess";
import { access, clusterMetadata, deployment, service, type Addon, type KubernetesObject } from "./objects";

const certManagerNamespace = "cert-manager";
const addon: Addon = { name: "cert-manager", namespace: certManagerNamespace };
const webhookName = "cert-manager-webhook";
/** The webhook makes this secret: the authority that signs its serving certificate. */
const webhookCa = `${webhookName}-ca`;

export function certManager(): KubernetesObject[] {
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: certManagerNamespace,
        labels: { ...clusterMetadata(addon, certManagerNamespace).labels, "pod-security.kubernetes.io/enforce": "restricted" },
      },
    },
    ...access(addon, "cert-manager", { cluster: controllerRules }),
    ...access(addon, "cert-manager-cainjector", { cluster: cainjectorRules }),
    ...access(addon, webhookName, { cluster: webhookRules, local: webhookLocalRules(webhookCa) }),
    controller(),
    cainjector(),
    webhook(),
    service(addon, webhookName, { ports: [{ name: "https", port: 443, targetPort: "https", protocol: "TCP" }] }),
    webhookConfiguration("MutatingWebhookConfiguration", "/mutate"),
    webhookConfiguration("ValidatingWebhookConfiguration", "/validate"),
  ];
}

/**
 * An object that the API server accepts only when the webhook answers and its authority is known: apply it with
 * `--dry-run=server` until that succeeds, and certificates can be asked for.
 */
export const certManagerProbe: KubernetesObject = {
  apiVersion: "cert-manager.io/v1",
  kind: "Issuer",
  metadata: { name: "lab-probe", namespace: "default" },
  spec: { selfSigned: {} },
};

function controller(): KubernetesObject {
  return deployment(addon, {
    name: "cert-manager",
    image: imageNames.certManagerController,
    args: [`--cluster-resource-namespace=${certManagerNamespace}`, "--leader-elect=false", "--v=2"],
    ports: [{ name: "http-metrics", containerPort: 9402 }],
    // This version has no health address of its own yet.
    probes: { live: { path: "/metrics", port: "http-metrics" } },
    resources: { cpu: ["20m", "500m"], memory: ["64Mi", "256Mi"] },
  });
}

/** Without probes: this version opens no port. */
function cainjector(): KubernetesObject {
  return deployment(addon, {
    name: "cert-manager-cainjector",
    image: imageNames.certManagerCainjector,
    args: ["--leader-elect=false", "--v=2"],
    env: [podNamespace],
    resources: { cpu: ["20m", "500m"], memory: ["64Mi", "256Mi"] },
  });
}

function webhook(): KubernetesObject {
  const names = [webhookName, `${webhookName}.${certManagerNamespace}`, `${webhookName}.${certManagerNamespace}.svc`];
  return deployment(addon, {
    name: webhookName,
    image: imageNames.certManagerWebhook,
    args: [
      "--secure-port=10250",
      `--dynamic-serving-ca-secret-namespace=${certManagerNamespace}`,
      `--dynamic-serving-ca-secret-name=${webhookCa}`,
      `--dynamic-serving-dns-names=${names.join(",")}`,
      "--v=2",
    ],
    env: [podNamespace],
    ports: [
      { name: "https", containerPort: 10250 },
      { name: "healthcheck", containerPort: 6080 },
    ],
    probes: { live: { path: "/livez", port: "healthcheck" }, ready: { path: "/healthz", port: "healthcheck" } },
    resources: { cpu: ["20m", "500m"], memory: ["32Mi", "128Mi"] },
  });
}

const podNamespace = { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } };

function webhookConfiguration(kind: string, path: string): KubernetesObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: clusterMetadata(addon, webhookName, {
      "cert-manager.io/inject-ca-from-secret": `${certManagerNamespace}/${webhookCa}`,
    }),
    webhooks: [
      {
        name: "webhook.cert-manager.io",
        clientConfig: { service: { name: webhookName, namespace: certManagerNamespace, path } },
        rules: [
          {
            apiGroups: ["cert-manager.io", "acme.cert-manager.io"],
            apiVersions: ["v1"],
            operations: ["CREATE", "UPDATE"],
            resources: ["*/*"],
          },
        ],
        admissionReviewVersions: ["v1"],
        matchPolicy: "Equivalent",
        timeoutSeconds: 10,
        failurePolicy: "Fail",
        sideEffects: "None",
      },
    ],
  };
}
