import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { busyboxImage } from "../../lab/images/catalogue";
import { waitFor } from "../../shared/process";
import { busyboxPod, fromOutside, podsAreReady, reach, THIS_MACHINE, type From, type To, type Verdict } from "./reach";
import { devStackIsUp, kubectl, kubectlApply, kubectlJson, npm, succeeded } from "./support";

/* Apps beside each other, two of them in one namespace: who reaches whom, and what is left when one goes. */

const SHARED = "media";
const STRANGER = "passing";
const NODE_PORT = 30883;

type Block = Record<string, unknown>;

function app(name: string, more: Block = {}): Block {
  return {
    name,
    chart: "./tests/fixtures/charts/hooked",
    values: { image: busyboxImage() },
    secrets: [{ name: `${name}-made`, keys: [{ key: "word", generate: 16 }] }],
    readyWithin: 90,
    ...more,
  };
}

const shared = (name: string, more: Block = {}) => app(name, { namespace: SHARED, ...more });
const stackOf = (...apps: Block[]) =>
  openStack(DEV, labCluster, { namespaces: [{ name: "apps", pullSecret: true }, { name: SHARED }], apps });

const exposed = {
  values: { image: busyboxImage(), serviceType: "NodePort" },
  expose: [{ service: "one", ports: ["mqtt"], reason: "what this test asks is not HTTPS", allowedRanges: THIS_MACHINE }],
};
const one = shared("one", { ...exposed, allowFrom: ["guest"] });
const two = shared("two");
const guest = app("guest", { allowFrom: ["two"] });

const from = (name: string): From => [name === "guest" ? name : SHARED, `deployment/${name}`];
const to = (name: string): To => [name === "guest" ? name : SHARED, name, "/"];

interface Held {
  metadata: { name: string; uid: string };
}

const held = (kinds: string) => kubectlJson<{ items: Held[] }>("get", kinds, "-n", SHARED).items.map(({ metadata }) => metadata);

describe("apps beside each other, two of them in one namespace", () => {
  before("they are deployed, and a stranger is there", async () => {
    devStackIsUp();
    await deploy(stackOf(one, two, guest));
    succeeded(kubectl("create", "namespace", STRANGER));
    succeeded(kubectlApply(busyboxPod(STRANGER, "stranger", ["sleep", "3600"])));
    podsAreReady(STRANGER);
  });

  after("the dev stack is as it was", () => {
    succeeded(kubectl("delete", "namespace", STRANGER, "--wait=false", "--ignore-not-found"));
    succeeded(npm("start"));
  });

  const ways: [From, To, Verdict][] = [
    // Whoever shares a namespace shares its network.
    [from("one"), to("two"), "open"],
    [from("two"), to("one"), "open"],
    // `allowFrom` of an app means its pods, not those of its neighbour.
    [from("guest"), to("one"), "open"],
    [from("guest"), to("two"), "closed"],
    [from("two"), to("guest"), "open"],
    [from("one"), to("guest"), "closed"],
    // Whom no app names.
    [[STRANGER, "pod/stranger"], to("one"), "closed"],
    [[STRANGER, "pod/stranger"], to("guest"), "closed"],
    [["kube-system", "deployment/traefik"], to("one"), "open"],
    [["kube-system", "deployment/traefik"], to("guest"), "open"],
  ];
  for (const [source, target, verdict] of ways) {
    it(`${source.join("/")} finds ${target[1]} ${verdict}`, () => assert.equal(reach(source, target), verdict));
  }

  it("opens what was closed when the policy in its way is gone", async () => {
    const opens = () => (reach(from("guest"), to("two")) === "open" ? true : undefined);
    succeeded(kubectl("delete", "networkpolicy", "--all", "-n", SHARED));
    await waitFor(opens, 30, () => "still closed", 500);
    // The next deployment puts them back.
  });

  it("are reached from outside at a port that one of them exposes", async () => {
    await deploy(stackOf(one, two, guest));
    const answers = async () => ((await fromOutside(NODE_PORT)).includes("200 OK") ? true : undefined);
    await waitFor(answers, 30, () => "the exposed port is closed", 500);
    assert.equal(reach(from("guest"), to("two")), "closed");
  });

  it("leave each other and the namespace alone when one goes", async () => {
    const place = () => kubectlJson<Held>("get", "namespace", SHARED).metadata.uid;
    const all = () => held("deployments,pods,services,secrets,configmaps,networkpolicies");
    const neighbours = ({ name }: Held["metadata"]) => !/^two\b/.test(name);
    const [namespace, before] = [place(), all()];
    assert.ok(before.some(({ name }) => name === "two") && before.some(({ name }) => name.startsWith("one-")));
    await deploy(stackOf(one, { ...guest, allowFrom: [] }));
    assert.equal(place(), namespace);
    const left = all().map(({ name, uid }) => `${name} ${uid}`);
    assert.deepEqual(
      left.sort(),
      before
        .filter(neighbours)
        .map(({ name, uid }) => `${name} ${uid}`)
        .sort(),
    );
  });
});
