import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databasesOf } from "../../cli/shared/databases";
import type { Stack } from "../../cli/shared/pulumi";
import { writeStackFile } from "../../cli/shared/stacks";
import { declaredOutputs } from "../../cli/shared/state/declared";

describe("what a stack has by its configuration alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "homelab-declared-"));
  const stack = { name: "dev", file: join(folder, "Pulumi.dev.yaml") } as Stack;
  after(() => rmSync(folder, { recursive: true, force: true }));

  const database = {
    kind: "sqlite",
    workload: "writer",
    file: "/data/app.db",
    claim: "writer-data",
    storage: { size: "64Mi" },
    backup: { every: 1, keep: 2, image: "writer:1", storage: { size: "64Mi" } },
  };
  const config = {
    "homelab:context": "here",
    "homelab:domain": "homelab.test",
    "homelab:routing": { address: "192.0.2.1" },
    "homelab:registry": { users: [{ name: "ci", password: { secure: "v1:AAAA:BBBB" } }] },
    "homelab:apps": [
      { name: "writer", chart: "./tests/fixtures/charts/writer", values: {}, database, route: { service: "writer", port: 80 } },
    ],
  };

  it("is where its services are, without what is encrypted", () => {
    writeStackFile(stack.file, { config });
    const { dnsRecords, apps, ...services } = declaredOutputs(stack);
    assert.deepEqual(services, {
      registryUrl: "https://registry.homelab.test",
      registryHost: "registry.homelab.test",
      registryUsername: "admin",
      registryUiUrl: "https://registry-ui.homelab.test",
    });
    assert.equal(JSON.stringify(dnsRecords).match(/192\.0\.2\.1/g)?.length, 3);
    assert.deepEqual(databasesOf({ apps }), [
      {
        app: "writer",
        namespace: "writer",
        workload: "writer",
        files: ["/data/app.db"],
        claim: "writer-data",
        backups: "writer-data-backups",
      },
    ]);
  });

  it("is refused with its mistakes", () => {
    writeStackFile(stack.file, { config: { ...config, "homelab:domain": "a b" } });
    assert.throws(() => declaredOutputs(stack), /homelab:domain/);
  });
});
