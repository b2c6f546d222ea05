/** Volumes as folders of the node, as K3s brings them: the default storage class `local-path`. */
import { stringify } from "yaml";
import { busyboxImage, imageNames } from "../../images/catalogue";
import { access, clusterMetadata, configMap, deployment, readOnly, type Addon, type KubernetesObject } from "./objects";

const addon: Addon = { name: "local-path-provisioner", namespace: "kube-system" };
const provisioner = "rancher.io/local-path";
const configFolder = "/etc/config";

export interface LocalPathArgs {
  /** Folder on the node under which each volume gets a folder of its own. */
  volumesPath: string;
  /** Image with `sh`, `mkdir` and `rm`, for the pods that make and remove these folders. */
  helperImage?: string;
}

export function localPath({ volumesPath, helperImage = busyboxImage() }: LocalPathArgs): KubernetesObject[] {
  const name = addon.name;
  return [
    ...access(addon, name, {
      cluster: [
        { apiGroups: [""], resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"], verbs: readOnly },
        { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...readOnly, "create", "patch", "update", "delete"] },
        { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
        { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: readOnly },
      ],
      local: [{ apiGroups: [""], resources: ["pods"], verbs: [...readOnly, "create", "patch", "update", "delete"] }],
    }),
    {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: clusterMetadata(addon, "local-path", { "storageclass.kubernetes.io/is-default-class": "true" }),
      provisioner,
      volumeBindingMode: "WaitForFirstConsumer",
      reclaimPolicy: "Delete",
    },
    configMap(addon, "local-path-config", {
      "config.json": JSON.stringify({ nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [volumesPath] }] }),
      setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
      teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
      "helperPod.yaml": stringify(helperPod(helperImage)),
    }),
    deployment(addon, {
      name,
      image: imageNames.localPathProvisioner,
      args: [
        "start",
        "--config",
        `${configFolder}/config.json`,
        "--provisioner-name",
        provisioner,
        "--service-account-name",
        name,
        "--helper-image",
        helperImage,
      ],
      env: [
        { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
        { name: "CONFIG_MOUNT_PATH", value: `${configFolder}/` },
      ],
      ports: [{ name: "health", containerPort: 8080 }],
      probes: { live: { path: "/health", port: "health" }, ready: { path: "/ready", port: "health" } },
      resources: { cpu: ["20m", "200m"], memory: ["32Mi", "128Mi"] },
      volumes: [{ name: "config", mountPath: configFolder, source: { configMap: { name: "local-path-config" } } }],
    }),
  ];
}

/** Runs as root, because it has to remove folders of whatever user the volume's pods ran as. */
function helperPod(image: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "helper-pod" },
    spec: {
      automountServiceAccountToken: false,
      containers: [
        {
          name: "helper-pod",
          image,
          imagePullPolicy: "IfNotPresent",
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        },
      ],
    },
  };
}
