import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { changesOf } from "../../cli/shared/losses/changes";
import { judge } from "../../cli/shared/losses/judge";
import type { Finding, Live } from "../../cli/shared/losses/types";
import { goingClaims, rescue } from "../../cli/shared/losses/terminating";
import { isAllowed, refusalOf } from "../../cli/shared/losses/words";

/* Events in the shape in which the engine writes them (sdk/go/common/apitype/events.go of Pulumi). */

const STACK = "urn:pulumi:dev::homelab::";
const APP = `${STACK}homelab:apps:HelmApp::homelab-app-files`;

interface Options {
  name?: string;
  parent?: string;
  type?: string;
  retained?: boolean;
}

function step(
  op: string,
  old?: object,
  now?: object,
  { name = "x", parent = APP, type, retained = false }: Options = {},
): object {
  const { apiVersion, kind } = (old ?? now) as { apiVersion: string; kind: string };
  const token = type ?? `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
  const urn = `${STACK}${token}::${name}`;
  const state = (inputs?: object) => inputs && { urn, type: token, parent, inputs, retainOnDelete: retained };
  return { resourcePreEvent: { metadata: { op, urn, type: token, old: state(old), new: state(now) } } };
}

const appStep = (op: string) => ({
  resourcePreEvent: { metadata: { op, urn: APP, type: "homelab:apps:HelmApp", old: { parent: "" }, new: { parent: "" } } },
});

const claim = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "files", namespace: "files", ...metadata },
  spec: { storageClassName: "slow", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec },
});
const sized = (storage: string) => claim({ resources: { requests: { storage } } });
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "files" } };
const set = (whenDeleted?: string, name = "db") => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name, namespace: "files" },
  spec: {
    ...(whenDeleted && { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled: whenDeleted } }),
    replicas: 1,
    volumeClaimTemplates: [{ metadata: { name: "data" } }],
  },
});

const liveClaim = (name: string, place = "files", more: object = {}) => ({
  metadata: { name, namespace: place, ...more },
  spec: { storageClassName: "slow", volumeName: `pv-${name}`, accessModes: ["ReadWriteOnce"] },
});
const live: Live = {
  claims: [liveClaim("files"), liveClaim("data-db-0"), liveClaim("data-db-1"), liveClaim("data-db-other")],
  pods: [
    {
      metadata: { name: "web-1", namespace: "files" },
      spec: {
        containers: [{ name: "main", volumeMounts: [{ name: "v", mountPath: "/data" }] }],
        volumes: [{ name: "v", persistentVolumeClaim: { claimName: "files" } }],
      },
      status: { phase: "Running" },
    },
  ],
  volumes: [],
  classes: [
    { metadata: { name: "byhand" }, provisioner: "kubernetes.io/no-provisioner" },
    { metadata: { name: "slow" }, provisioner: "x" },
    { metadata: { name: "elastic" }, provisioner: "x", allowVolumeExpansion: true },
  ],
};

const judged = (events: object[], of: Live | undefined = live) => judge(changesOf(events as EngineEvent[]), of);
const short = (findings: Finding[]) => findings.map(({ verdict, name }) => `${verdict} ${name}`);

describe("what a deployment would cost", () => {
  const stays = appStep("same");
  const goes = appStep("delete");
  const kept = { retained: true };
  const table: [string, object[], string[]][] = [
    ["nothing for what is new", [appStep("create"), step("create", undefined, claim())], []],
    ["a claim that nobody protects", [goes, step("delete", claim())], ["lost files/files"]],
    ["nothing for a claim that is retained", [goes, step("delete", claim(), undefined, kept)], ["kept files/files"]],
    [
      "a claim that gives way to another name",
      [stays, step("delete", claim(), undefined, kept), step("create", undefined, claim({}, { name: "new" }), { name: "y" })],
      ["left files/files"],
    ],
    ["nothing for a claim that its app does without", [stays, step("delete", claim(), undefined, kept)], ["kept files/files"]],
    ...(
      [
        ["class", "replaced", claim({ storageClassName: "fast" })],
        ["access mode", "replaced", claim({ accessModes: ["ReadWriteOncePod"] })],
        ["name", "left", claim({}, { name: "other" })],
        ["namespace", "left", claim({}, { namespace: "other" })],
      ] as const
    ).map(([what, verdict, now]): [string, object[], string[]] => [
      `a claim whose ${what} changes, retained or not`,
      [
        stays,
        step("delete-replaced", claim(), undefined, kept),
        step("replace", claim(), now, kept),
        step("create-replacement", undefined, now, kept),
      ],
      [`${verdict} files/files`],
    ]),
    [
      "a claim whose replacement fails the preview",
      [stays, step("create-replacement", claim(), claim({ storageClassName: "fast" }), kept)],
      ["replaced files/files"],
    ],
    [
      "a claim of a release, which helm cannot change",
      [stays, step("update", claim(), claim({ storageClassName: "fast" }), { type: "homelab:apps:ReleasedObject" })],
      ["replaced files/files"],
    ],
    [
      "a claim of a release",
      [goes, step("delete", claim(), undefined, { type: "homelab:apps:ReleasedObject" })],
      ["lost files/files"],
    ],
    [
      "nothing for a claim that helm keeps",
      [
        goes,
        step("delete", claim({}, { annotations: { "helm.sh/resource-policy": "keep" } }), undefined, {
          type: "homelab:apps:ReleasedObject",
        }),
      ],
      ["kept files/files"],
    ],
    ["a size that no class can do", [stays, step("update", sized("1Gi"), sized("512Mi"))], ["impossible files/files"]],
    ["a size that this class cannot do", [stays, step("update", sized("1Gi"), sized("2Gi"))], ["impossible files/files"]],
    ["nothing for the same size in other words", [stays, step("update", sized("1Gi"), sized("1024Mi"))], []],
    ["a namespace with claims", [step("delete", namespace)], ["lost files"]],
    ["nothing for a namespace without", [step("delete", { ...namespace, metadata: { name: "empty" } })], []],
    ["nothing for a namespace that is retained", [step("delete", namespace, undefined, kept)], ["kept files"]],
    ["a StatefulSet that takes its claims along", [goes, step("delete", set("Delete"))], ["lost files/db"]],
    ["nothing for a StatefulSet that leaves them", [goes, step("delete", set())], []],
    ["a StatefulSet under another name", [stays, step("replace", set(), set(undefined, "sql"))], ["left files/db"]],
    ["nothing for one that is made anew", [stays, step("replace", set(), set())], []],
    [
      "a StatefulSet with other claim templates",
      [stays, step("replace", set(), { ...set(), spec: { volumeClaimTemplates: [{ metadata: { name: "data" }, spec: {} }] } })],
      ["impossible files/db"],
    ],
    [
      "nothing for the same claim from another maker",
      [
        stays,
        step("delete", claim(), undefined, kept),
        step("create", undefined, claim(), { name: "y", type: "homelab:apps:ReleasedObject" }),
      ],
      ["kept files/files"],
    ],
    ["claims that go with the pods of a StatefulSet", [stays, step("update", set(), set("Delete"))], ["lost files/db"]],
    ["nothing for a Deployment", [goes, step("delete", { ...set(), kind: "Deployment" })], []],
    [
      "a volume",
      [goes, step("delete", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "disk" } })],
      ["lost disk"],
    ],
    [
      "a bucket",
      [goes, step("delete", { apiVersion: "objectbucket.io/v1alpha1", kind: "ObjectBucketClaim", metadata: claim().metadata })],
      ["lost files/files"],
    ],
  ];
  for (const [title, events, expected] of table) it(title, () => assert.deepEqual(short(judged(events)), expected));

  it("what owns a claim, whatever it is", () => {
    const owned = liveClaim("pg-1", "files", { ownerReferences: [{ kind: "Cluster", name: "pg" }] });
    const cluster = { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "pg", namespace: "files" } };
    const [finding] = judged([step("delete", cluster)], { ...live, claims: [owned] });
    assert.deepEqual([finding?.verdict, finding?.claims], ["lost", ["files/pg-1"]]);
  });

  it("a new claim that would never get a volume", () => {
    const made = (spec: object, of: Live) => judged([appStep("create"), step("create", undefined, claim(spec))], of)[0];
    const empty = { ...live, claims: [] };
    assert.match(
      made({ storageClassName: "nope" }, empty)?.words ?? "",
      /the storage class nope, which the cluster does not have/,
    );
    assert.match(made({ storageClassName: "nope" }, empty)?.remedy ?? "", /byhand, slow, elastic/);
    const once = { storageClassName: "byhand", accessModes: ["ReadWriteOncePod"] };
    const volume = (accessModes: string[]) => ({ metadata: { name: "v" }, spec: { storageClassName: "byhand", accessModes } });
    assert.match(
      made(once, empty)?.words ?? "",
      /asks for ReadWriteOncePod, which no free volume of its storage class byhand has/,
    );
    assert.ok(made(once, { ...empty, volumes: [volume(["ReadWriteOnce"])] }));
    assert.equal(made(once, { ...empty, volumes: [volume(["ReadWriteOncePod"])] }), undefined);
    assert.equal(made({}, empty), undefined);
    // It is there already, and is taken up as it is.
    assert.equal(made({}, live), undefined);
    assert.equal(made({ storageClassName: "nope" }, live)?.verdict, "replaced");
  });

  it("nothing for a class that can grow its volumes", () => {
    const claims = [{ ...liveClaim("files"), spec: { storageClassName: "elastic" } }];
    assert.deepEqual(judged([step("update", sized("1Gi"), sized("2Gi"))], { ...live, claims }), []);
  });

  it("a namespace, where nobody can say what is in it", () => {
    assert.deepEqual(short(judge(changesOf([step("delete", namespace)] as EngineEvent[]))), ["lost files"]);
  });
});

describe("what is said of it", () => {
  const findings = judged([step("replace", claim(), claim({ storageClassName: "fast" }))]);

  it("names the object, the change, the remedy, the way of the data and what allows it", () => {
    assert.equal(
      refusalOf(findings, "kubectl", live),
      `Nothing was changed, because of what would become of data:
- claim files/files would be replaced by an empty one for its storage class slow to fast. Remedy: set it back as it was
  To take the data along, copy it out while nothing writes (for SQLite: npm run backup), and into the new pod afterwards:
    kubectl -n files exec web-1 -c main -- tar -C /data -cf - . > files-files.tar
    kubectl -n files exec -i POD -c main -- tar -C /data -xf - < files-files.tar
  If that is what you want: npm start -- --allow-delete files/files`,
    );
  });

  it("is allowed by its name or its namespace's, and by nothing else; what cannot be is not", () => {
    const [finding] = findings;
    const allowed = ["files/files", "files", "files/other", "file"].map((name) => isAllowed(finding!, [name]));
    assert.deepEqual(allowed, [true, true, false, false]);
    assert.equal(isAllowed({ ...finding!, verdict: "impossible" }, ["files/files"]), false);
  });
});

describe("a claim that is being deleted", () => {
  const labelled = { "app.kubernetes.io/part-of": "homelab" };
  const since = "2026-11-29T06:00:00Z";
  const cluster = (more: object = {}) => ({
    namespaces: [{ metadata: { name: "files", labels: labelled } }],
    claims: [liveClaim("files", "files", { deletionTimestamp: since })],
    volumes: [{ metadata: { name: "pv-files" }, spec: { persistentVolumeReclaimPolicy: "Delete" } }],
    pods: live.pods,
    ...more,
  });

  it("is seen with what holds it", () => {
    assert.deepEqual(goingClaims(cluster()), [
      { claim: "files/files", since, volume: "pv-files", volumeStays: false, pods: ["web-1"] },
    ]);
  });

  it("is seen by its namespace and its volume, and not in the namespaces of others", () => {
    const claims = [liveClaim("files")];
    const namespaces = [{ metadata: { name: "files", labels: labelled, deletionTimestamp: since } }];
    assert.equal(goingClaims(cluster({ claims, namespaces }))[0]?.because, "its namespace");
    const volumes = [{ metadata: { name: "pv-files", deletionTimestamp: since }, spec: {} }];
    assert.equal(goingClaims(cluster({ claims, volumes }))[0]?.because, "its volume");
    assert.deepEqual(goingClaims(cluster({ claims })), []);
    assert.deepEqual(goingClaims(cluster({ namespaces: [{ metadata: { name: "files" } }] })), []);
  });

  it("is saved by a volume that stays, in steps that keep this order", () => {
    const [going] = goingClaims(cluster());
    const steps = rescue(going!, "kubectl").map((one) => one.split(" ").slice(1, 4).join(" "));
    assert.deepEqual(steps, [
      "patch persistentvolume pv-files",
      "-n files delete",
      "-n files wait",
      "patch persistentvolume pv-files",
    ]);
    assert.equal(rescue({ ...going!, volumeStays: true, pods: [] }, "kubectl").length, 2);
  });
});
