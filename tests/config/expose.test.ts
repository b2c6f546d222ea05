import assert from "node:assert/strict";
import { parseConfig } from "../../components/configuration";

const good = { service: "mosquitto", ports: ["mqtt"], reason: "sensors speak MQTT alone" };

function parse(expose: unknown, more: object = {}, routing: object = {}) {
  const apps = [{ name: "mqtt", chart: "./mqtt", expose, ...more }];
  const values = {
    "homelab:context": "any",
    "homelab:domain": "example.test",
    "homelab:routing": JSON.stringify(routing),
    "homelab:apps": JSON.stringify(apps),
  };
  return parseConfig({ project: "homelab", stack: "test", values, secretKeys: new Set() });
}

describe("the ports that an app exposes", () => {
  const exposed = (...args: Parameters<typeof parse>) => {
    const result = parse(...args);
    assert.ok(result.ok, JSON.stringify(result));
    return result.config.apps[0]!.expose;
  };

  it("are for everybody, or for whom the routes are for, unless they say it themselves", () => {
    const routing = { allowedRanges: ["192.168.0.0/16"] };
    assert.deepEqual(exposed([good])[0], { ...good, allowedRanges: [] });
    assert.deepEqual(exposed([good], {}, routing)[0]!.allowedRanges, ["192.168.0.0/16"]);
    assert.deepEqual(exposed([{ ...good, allowedRanges: ["0.0.0.0/0"] }], {}, routing)[0]!.allowedRanges, ["0.0.0.0/0"]);
  });

  it("are names, numbers, or numbers with a protocol", () => {
    assert.deepEqual(exposed([{ ...good, ports: ["mqtt", 1883, "53/udp"] }])[0]!.ports, ["mqtt", "1883", "53/udp"]);
  });

  const wrong: [string, unknown, object, RegExp][] = [
    ["without a reason", [{ ...good, reason: undefined }], {}, /expose\[0\]\.reason.*is missing/],
    ["with a reason that says nothing", [{ ...good, reason: "mqtt" }], {}, /is shorter than 10 characters/],
    ["without a port", [{ ...good, ports: [] }], {}, /expose\[0\]\.ports.*is empty.*at least one port/],
    ["a port that is none", [{ ...good, ports: [70000] }], {}, /is no port from 1 to 65535/],
    ["a protocol in capitals", [{ ...good, ports: ["53/UDP"] }], {}, /expose\[0\]\.ports\[0\].*53\/udp/],
    ["ranges of nobody", [{ ...good, allowedRanges: [] }], {}, /allowedRanges.*is empty/],
    ["a Service twice", [good, { ...good, ports: ["1884"] }], {}, /expose\[1\]\.service.*is exposed by an entry above/],
    ["another type", [{ ...good, type: "ClusterIP" }], {}, /LoadBalancer, NodePort/],
    ["the key of before", [], { nodePorts: [30080] }, /nodePorts.*is no key any more.*expose: \[\{ service: SERVICE/],
  ];
  for (const [what, expose, more, words] of wrong) {
    it(`refused: ${what}`, () => {
      const result = parse(expose, more);
      assert.ok(!result.ok);
      assert.match(JSON.stringify(result.problems), words);
    });
  }
});
