import assert from "node:assert/strict";
import { adapt, type AdaptSettings, type KubeObject } from "../../components/services/apps/adapt";
import { copierUser } from "../../components/services/apps/adapt/copier";
import { podTemplateOf, type Container, type PodTemplate } from "../../components/services/apps/adapt/objects";
import { adaptSettings } from "../components/adaptSettings";

const settings = (database: object = {}, more: Partial<AdaptSettings> = {}): AdaptSettings =>
  adaptSettings({
    app: "todo",
    namespace: "todo",
    database: {
      workload: "todo",
      files: ["/app/data/a.db"],
      claim: "todo-data",
      backup: { every: 24, keep: 7, image: "docker.io/keinos/sqlite3:3.46.1", claim: "todo-data-backups" },
      ...database,
    },
    ...more,
  });

type Mounts = NonNullable<Container["volumeMounts"]>;
type Volumes = NonNullable<PodTemplate["spec"]["volumes"]>;
const claim: Volumes = [{ name: "data", persistentVolumeClaim: { claimName: "todo-data" } }];

function workload(
  volumeMounts: Mounts,
  { kind = "Deployment", volumes = claim, spec = {}, pod = {}, container = {} } = {},
): KubeObject {
  const main = { name: "main", image: "todo:1", volumeMounts, ...container };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "todo" },
    spec: { ...spec, template: { spec: { containers: [main], volumes, ...pod } } },
  };
}

function adapted(object: KubeObject, given = settings()) {
  const { objects, problems } = adapt([object], given);
  const { containers, initContainers = [], ...spec } = podTemplateOf(objects[0]!)!.spec;
  return { object: objects[0]!, problems, spec, initContainers, copier: containers.find(({ name }) => name === "sqlite-backup") };
}

const nested: Mounts = [
  { name: "data", mountPath: "/app", subPath: "root" },
  { name: "media", mountPath: "/media", readOnly: true },
  { name: "settings", mountPath: "/bin/settings" },
  { name: "data", mountPath: "/app/data/", subPath: "data" },
];
const volumes = [
  ...claim,
  { name: "media", persistentVolumeClaim: { claimName: "media" } },
  { name: "settings", configMap: { name: "x" } },
];

describe("the copier beside a program", () => {
  it("mounts all storage of the program as that does, and no settings", () => {
    const { copier, initContainers, problems } = adapted(workload(nested, { volumes }));
    assert.deepEqual(problems, []);
    const own = [
      { name: "sqlite-backup", mountPath: "/backups" },
      { name: "sqlite-backup-state", mountPath: "/run/sqlite-backup" },
    ];
    const expected = [...nested.filter(({ name }) => name !== "settings"), ...own];
    assert.deepEqual(copier!.volumeMounts, expected);
    assert.equal(initContainers[0]!.name, "sqlite-restore");
    assert.deepEqual(initContainers[0]!.volumeMounts, expected);
  });

  it("goes by the mount that is longest: a volume that is not the claim hides it", () => {
    const hidden: Mounts = [
      { name: "data", mountPath: "/app" },
      { name: "other", mountPath: "/app/data" },
    ];
    const { problems } = adapted(workload(hidden, { volumes: [...claim, { name: "other", emptyDir: {} }] }));
    assert.match(problems.join(), /does not mount the claim todo-data where \/app\/data\/a\.db lies: it is at \/app/);
  });

  it("has no readiness probe, which would decide over the program's requests", () => {
    const { copier } = adapted(workload(nested, { volumes }));
    assert.ok(copier!.livenessProbe);
    assert.equal(copier!.readinessProbe, undefined);
  });

  it("takes every database of several", () => {
    const { copier } = adapted(workload(nested, { volumes }), settings({ files: ["/app/data/a.db", "/app/data/users/"] }));
    assert.equal(copier!.env!.find(({ name }) => name === "DATABASES")!.value, "/app/data/a.db\n/app/data/users/");
  });
});

describe("a StatefulSet that makes its own claim", () => {
  const templates = { volumeClaimTemplates: [{ metadata: { name: "data" } }, { metadata: { name: "cache" } }] };
  const stateful = (mounts: Mounts) => workload(mounts, { kind: "StatefulSet", volumes: [], spec: structuredClone(templates) });

  it("gets the platform's in the place of the template, with the group", () => {
    const { object, spec, problems, copier } = adapted(stateful([{ name: "data", mountPath: "/app/data" }]));
    assert.deepEqual(problems, []);
    assert.deepEqual(object.spec!.volumeClaimTemplates, [{ metadata: { name: "cache" } }]);
    assert.deepEqual(spec.volumes![0], { name: "data", persistentVolumeClaim: { claimName: "todo-data" } });
    assert.equal(spec.securityContext!.fsGroup, 1000);
    assert.ok(copier);
  });

  it("is refused with its templates where the database lies on none of them", () => {
    const { problems } = adapted(stateful([{ name: "data", mountPath: "/config" }]));
    assert.match(
      problems.join(),
      /by volumeClaimTemplates \(data at \/config, cache at no path\), and \/app\/data\/a\.db is not on one/,
    );
  });
});

describe("the copier's user", () => {
  const main = (runAsUser?: number): Container => ({ name: "main", image: "i:1", securityContext: { runAsUser } });
  const cases: Array<[string, number, Parameters<typeof copierUser>]> = [
    ["the block's", 7, [{ runAsUser: 2 }, main(3), { podSecurity: "restricted", database: { user: 7 } }]],
    ["the container's", 3, [{ runAsUser: 2 }, main(3), { podSecurity: "restricted" }]],
    ["the pod's", 2, [{ runAsUser: 2 }, main(), { podSecurity: "restricted" }]],
    ["the image's", 99, [undefined, main(), { podSecurity: "baseline", imageUsers: { "i:1": "99:98" } }]],
    ["root's, where the image has a name", 0, [undefined, main(), { podSecurity: "baseline", imageUsers: { "i:1": "app" } }]],
    ["root's, where nobody says it", 0, [undefined, main(), { podSecurity: "baseline" }]],
    ["1000 where root is not allowed", 1000, [undefined, main(), { podSecurity: "restricted" }]],
  ];
  for (const [what, user, args] of cases) it(`is ${what}`, () => assert.equal(copierUser(...args), user));

  it("is always a number, and as root has the rights over files alone", () => {
    const { copier } = adapted(workload(nested, { volumes }), settings({}, { podSecurity: "baseline" }));
    const { runAsUser, runAsNonRoot, capabilities } = copier!.securityContext!;
    assert.deepEqual([runAsUser, runAsNonRoot], [0, false]);
    assert.deepEqual(capabilities, { drop: ["ALL"], add: ["CHOWN", "DAC_OVERRIDE", "FOWNER"] });
  });
});
