import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderFailure } from "../../components/services/apps/rendering/failure";
import { ensureHelm } from "./apps";

/* Charts whose schema names another one on the web: what helm says of them where it cannot get there, and what the user is told. */

describe("a chart that cannot be rendered", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);

  const folder = mkdtempSync(join(tmpdir(), "schemas-"));
  after(() => rmSync(folder, { recursive: true }));

  function chart(path: string, properties: object): void {
    mkdirSync(join(path, "templates"), { recursive: true });
    writeFileSync(join(path, "Chart.yaml"), `apiVersion: v2\nname: ${path.split("/").at(-1)}\nversion: 1.0.0\n`);
    writeFileSync(
      join(path, "values.schema.json"),
      JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", properties }),
    );
  }

  async function told(values: object): Promise<string> {
    const helm = await ensureHelm();
    const answer = spawnSync(helm, ["template", "web", folder, "--values", "-"], {
      encoding: "utf8",
      input: JSON.stringify(values),
      // Whatever this machine has: nobody answers there.
      env: { ...process.env, HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "" },
    });
    assert.notEqual(answer.status, 0);
    return renderFailure(
      "web",
      `invocation of kubernetes:helm:template returned an error: failed to generate YAML for x: ${answer.stderr}`,
    );
  }

  it("because its schemas are on the web, is reported with app, addresses, cause and remedy, and without helm's chain of errors", async () => {
    chart(folder, { image: { $ref: "https://schema.invalid/image.json" } });
    chart(join(folder, "charts", "common"), { pod: { $ref: "https://schema.invalid/pod.json" } });
    const words = await told({ image: "a" });
    assert.match(
      words,
      /^The app web: its chart cannot be rendered, because the schema of its values \(values\.schema\.json\) refers to/,
    );
    assert.match(
      words,
      /https:\/\/schema\.invalid\/image\.json, https:\/\/schema\.invalid\/pod\.json, which this machine cannot load/,
    );
    assert.match(words, /cannot load \(connection refused\)\. .* take the reference out/);
    assert.doesNotMatch(words, /HTTP request failed|dial tcp|invocation of/);
  });

  it("because of its values, is reported in helm's words", async () => {
    chart(folder, { image: { type: "string" } });
    rmSync(join(folder, "charts"), { recursive: true, force: true });
    const words = await told({ image: 1 });
    assert.match(
      words,
      /^The app web: its chart cannot be rendered: .*values don't meet the specifications.*got number, want string/s,
    );
  });

  it("for both, is reported with both causes", async () => {
    chart(folder, { image: { type: "string" } });
    chart(join(folder, "charts", "common"), { pod: { $ref: "https://schema.invalid/pod.json" } });
    const words = await told({ image: 1 });
    assert.match(words, /refers to https:\/\/schema\.invalid\/pod\.json, .*Beside that helm says:\n.*got number, want string/s);
  });
});
