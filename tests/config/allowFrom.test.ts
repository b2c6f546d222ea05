import assert from "node:assert/strict";
import { parseConfig } from "../../components/configuration";

function parse(allowFrom: string[]) {
  const apps = [
    { name: "web", chart: "./web", allowFrom },
    { name: "agent", namespace: "agents", chart: "./agent" },
    { name: "chat", chart: "./chat" },
  ];
  const values = { "homelab:context": "any", "homelab:domain": "example.test", "homelab:apps": JSON.stringify(apps) };
  return parseConfig({ project: "homelab", stack: "test", values, secretKeys: new Set() });
}

describe("the apps that may reach an app", () => {
  it("are found where they run", () => {
    const result = parse(["agent", "chat", "agent"]);
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.config.apps[0]!.allowFrom, [
      { app: "agent", namespace: "agents", shared: false },
      { app: "chat", namespace: "chat", shared: false },
    ]);
    assert.deepEqual(result.config.apps[1]!.allowFrom, []);
  });

  const wrong: [string, string, RegExp][] = [
    ["an app that is not there", "agents", /is no app of this stack.*another app: agent, chat/],
    ["the app itself", "web", /is this app itself/],
  ];
  for (const [what, name, words] of wrong) {
    it(`refused: ${what}`, () => {
      const result = parse([name]);
      assert.ok(!result.ok);
      assert.match(JSON.stringify(result), words);
    });
  }
});
