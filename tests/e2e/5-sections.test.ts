import { deploy } from "../../cli/shared/deploy";
import { openStack, type Stack } from "../../cli/shared/pulumi";
import { buildImage } from "../../lab/images/image";
import { sqliteImage } from "../../lab/images/sqlite";
import { declared } from "./aws/emulator";
import { npm, scratch, succeeded } from "./support";
import { changesNothing } from "./unchanged";

/* Every section of the configuration switched on at once, with every key that registers something more. */

const image = "writer/named:1";
const storage = { size: "64Mi", protection: "none" };

function sections(archive: string): Record<string, unknown> {
  const quota = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" }, storage: "5Gi", pods: 10 };
  return {
    certificates: { mode: "ownCa", commonName: "An authority of a test" },
    routing: { hsts: true, tuneTraefik: true, nodePort: 30500, allowedRanges: ["10.0.0.0/8"] },
    namespaces: [{ name: "apps", podSecurity: "restricted", pullSecret: true, quota }],
    registry: {
      username: "admin",
      allowDelete: true,
      storage: { size: "1Gi" },
      ui: { enabled: true, allowDelete: true },
    },
    localstack: { enabled: true, flavor: "ministack", ...declared, secrets: [], corsOrigins: ["https://app.homelab.test"] },
    admission: { enabled: true },
    artefacts: [{ name: "agents/plan:v1", file: "tests/fixtures/agents/plan.json", mediaType: "application/json" }],
    apps: [
      {
        name: "writer",
        chart: "./tests/fixtures/charts/writer",
        values: { image, claim: "writer-data", podSecurityContext: { runAsUser: 1000 } },
        images: { fromPlatform: true, push: [{ name: image, archive }] },
        secrets: [{ name: "writer-key", keys: [{ key: "KEY", generate: 48 }], environmentOf: ["writer"] }],
        quota,
        linterAnnotations: true,
        readyWithin: 90,
        database: {
          kind: "sqlite",
          workload: "writer",
          file: "/data/app.db",
          claim: "writer-data",
          storage,
          backup: { every: 1, keep: 2, image, storage },
        },
      },
    ],
  };
}

describe("a stack with every section switched on", () => {
  let stack: Stack;

  before("it is deployed", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    const archive = scratch("writer.tar");
    await buildImage(await sqliteImage(image), archive);
    stack = openStack("dev", { kind: "lab" }, sections(archive));
    await deploy(stack);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("changes nothing when it is deployed again, nor finds anything changed in the cluster", () => changesNothing(stack));
});
