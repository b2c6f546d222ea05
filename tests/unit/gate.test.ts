import assert from "node:assert/strict";
import { gateConfig, gateReadyPath } from "../../components/services/registry/gate";
import { ports } from "../../components/services/registry/configFile";

describe("the registry's gate", () => {
  const config = gateConfig();

  it("has blocks that open and close, and one file for all registries", () => {
    assert.equal(config.match(/\{/g)!.length, config.match(/\}/g)!.length);
    assert.equal(gateConfig(), config);
  });

  it("is asked from outside the pod, and asks through a port that is the pod's own", () => {
    const listening = [...config.matchAll(/listen ([^;]+);/g)].map(([, address]) => address);
    assert.deepEqual(listening, [String(ports.gate), `127.0.0.1:${ports.check}`]);
    assert.ok(config.includes(`location = ${gateReadyPath} `));
  });

  it("remembers right accounts alone, each by all that it says of itself", () => {
    assert.deepEqual(
      [...config.matchAll(/proxy_cache_valid ([^;]+);/g)].map(([, what]) => what),
      ["200 10m"],
    );
    assert.match(config, /proxy_cache_key \$http_authorization;/);
  });
});
