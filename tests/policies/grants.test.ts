import assert from "node:assert/strict";
import { toAdmission } from "../../policies/admission";
import { configure } from "../../policies/configuration";
import { judgeObject } from "../../policies/core/evaluate";
import { Field } from "../../kubernetes/objects/field";
import { ObjectView } from "../../policies/core/object";
import { grantsIn } from "../../policies/crossguard/resources";
import { Exemptions } from "../../policies/exemptions";
import { grantsOf } from "../../policies/exemptions/grants";
import { RULES } from "../../policies/rules";

/* Ports that apps expose: what the rules say about them, with the reason, and about everything else as before. */

const declaring = {
  app: "mqtt",
  namespace: "home",
  expose: [{ service: "mosquitto", ports: ["mqtt", "5683/udp"], reason: "sensors speak MQTT alone" }],
};
const grants = grantsOf(declaring);

const port = (name: string, number: number, more: object = {}) => ({ name, port: number, ...more });
const mqtt = port("mqtt", 1883);
const coap = port("coap", 5683, { protocol: "UDP" });

function judged(ports: object[], metadata: object = {}) {
  const object = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "mosquitto-exposed", namespace: "home", ...metadata },
    spec: { type: "LoadBalancer", ports },
  };
  const view = new ObjectView({ apiVersion: "v1", kind: "Service" }, new Field(object));
  const settings = RULES.map((policy) => ({
    policy,
    params: configure([policy], {}, "2026-01-01").settings[0]!.params,
    level: "mandatory" as const,
  }));
  return settings.flatMap((setting) => judgeObject(setting, view, { exemptions: Exemptions.none, strict: true, grants }));
}

describe("the ports that an app exposes", () => {
  it("are said with the app and its reason, and stop nothing", () => {
    const found = judged([mqtt, coap]);
    assert.deepEqual(
      found.map(({ rule, level }) => [rule, level]),
      [
        ["https-only", "advisory"],
        ["https-only", "advisory"],
      ],
    );
    assert.match(
      found[0]!.message,
      /exposes port 1883 \("?mqtt"?\) without TLS, which the app mqtt declares \(expose\): sensors speak MQTT alone$/,
    );
  });

  const refused: [string, object[], object, string][] = [
    ["another port of the Service", [mqtt, port("ws", 9001)], {}, "spec.ports[1]"],
    ["the same number with another protocol", [port("coap", 5683)], {}, "spec.ports[0]"],
    ["the same port of another Service", [mqtt], { name: "mosquitto" }, "spec.ports[0]"],
    ["the same Service in another namespace", [mqtt], { namespace: "other" }, "spec.ports[0]"],
    ["a number that the API server does not give out", [{ ...mqtt, nodePort: 80 }], {}, "spec.ports[0].nodePort"],
  ];
  for (const [what, ports, metadata, path] of refused) {
    it(`are no others: ${what} is refused`, () => {
      assert.deepEqual(
        judged(ports, metadata)
          .filter(({ level }) => level === "mandatory")
          .map((verdict) => verdict.path),
        [path],
      );
    });
  }

  it("are read from an app's component, and from nothing else", () => {
    const resource = { type: "homelab:apps:HelmApp", props: declaring as unknown as Record<string, unknown> };
    assert.deepEqual(grantsIn(resource), grants);
    assert.deepEqual(grantsIn({ ...resource, type: "kubernetes:core/v1:Service" }), []);
    assert.deepEqual(grantsIn({ ...resource, props: {} }), []);
  });

  it("pass the API server too, in the one rule that they are about", () => {
    const configured = configure(RULES, {}, "2026-01-01");
    configured.judging.grants = grants;
    const scope = { namespaces: [], except: [], warnOnly: false };
    const conditions = toAdmission(configured, scope).flatMap(({ rule, policy }) =>
      policy.matchConditions.filter(({ name }) => name === "not-exposed-by-an-app").map(({ expression }) => [rule, expression]),
    );
    assert.deepEqual(
      conditions.map(([rule]) => rule),
      ["https-only"],
    );
    assert.match(conditions[0]![1]!, /^object\.kind != 'Service' \|\| !\(.*"home".*"mosquitto-exposed".*\["mqtt","5683\/udp"\]/);
  });
});
