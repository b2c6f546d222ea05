import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../shared/paths";
import { Analyzer, Resource, urnOf, type Diagnostic } from "./analyzer";

/* What an app's block asks for, and the policies refuse: the exemption that is printed with it, pasted as it stands. */

const app = (more: object): Resource => ({
  type: "homelab:apps:HelmApp",
  name: "homelab-app-web",
  props: { app: "web", namespace: "web", expose: [], podSecurity: "restricted", clusterWide: false, ...more },
});
const chart = { type: "kubernetes:helm.sh/v4:Chart", name: "homelab-app-web-chart", props: {}, under: "homelab:apps:HelmApp$" };

const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };
const agent = {
  type: "kubernetes:apps/v1:DaemonSet",
  name: "agent",
  props: {
    metadata: { name: "agent", namespace: "web" },
    spec: {
      template: {
        spec: {
          automountServiceAccountToken: false,
          hostNetwork: true,
          hostPID: true,
          containers: [{ name: "main", image: "web:1", resources, securityContext: { privileged: true } }],
          volumes: [{ name: "node", hostPath: { path: "/" } }],
        },
      },
    },
  },
};
const role = {
  type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
  name: "role",
  props: { metadata: { name: "web-role" }, rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] },
};

/** The text of a stack's configuration of the policies after a person has pasted what was printed, and changed nothing of it. */
function pasted(printed: Diagnostic[]): string {
  const shipped = readFileSync(join(root, "policies", "config", "homelab.json"), "utf8");
  const entries = printed.map(({ message }) => message.split("\n").at(-1)!);
  return shipped.replace('"exemptions": []', `"exemptions": [\n${entries.join(",\n")}\n]`);
}

describe("exemptions that an app's block asks for", function () {
  this.timeout(60_000);
  let analyzer: Analyzer;
  before(async () => {
    analyzer = await Analyzer.start();
  });
  beforeEach(() => analyzer.configure({}));
  after(() => analyzer.stop());

  /** What is refused of the objects of the app, beneath its chart or right under it. */
  async function refused(block: object, objects: Resource[], beneath: "chart" | "app" = "chart"): Promise<Diagnostic[]> {
    const owner = app(block);
    await analyzer.analyze(owner);
    await analyzer.analyze({ ...chart, parent: urnOf(owner) });
    const parent = urnOf(beneath === "chart" ? chart : owner);
    const found: Diagnostic[] = [];
    for (const object of objects) found.push(...(await analyzer.analyze({ ...object, parent })));
    return found.filter(({ level }) => level === "mandatory");
  }

  const offers = (found: Diagnostic[]) => found.filter(({ message }) => message.includes("settings.exemptions"));

  const cases: [what: string, block: object, objects: Resource[], rules: string[]][] = [
    ["podSecurity: privileged", { podSecurity: "privileged" }, [agent], ["pod-security", "container-socket"]],
    ["clusterWide: true", { clusterWide: true }, [role], ["rbac-wildcards"]],
    [
      "both",
      { podSecurity: "privileged", clusterWide: true },
      [agent, role],
      ["pod-security", "container-socket", "rbac-wildcards"],
    ],
  ];
  for (const [what, block, objects, rules] of cases) {
    for (const beneath of ["chart", "app"] as const) {
      it(`are printed for ${what}, once a rule and object, and accepted as printed (objects under the ${beneath})`, async () => {
        const before = await refused(block, objects, beneath);
        const printed = offers(before);
        assert.deepEqual(
          printed.map(({ policy }) => policy),
          rules,
        );
        assert.ok(before.length > printed.length);
        for (const { message } of printed) {
          assert.match(
            message,
            / the app web has (podSecurity: privileged|clusterWide: true) in its block\. .* of policies\/config\/test\.json/,
          );
        }
        const { settings } = JSON.parse(pasted(printed)) as { settings: { strict: boolean; exemptions: unknown[] } };
        await analyzer.configure({ settings: { enforcementLevel: "mandatory", ...settings } });
        assert.deepEqual(await refused(block, objects, beneath), []);
        assert.deepEqual(await analyzer.analyzeStack([]), []);
      });
    }
  }

  it("are not printed for what the block does not ask for", async () => {
    for (const block of [{}, { podSecurity: "privileged" }]) assert.deepEqual(offers(await refused(block, [role])), []);
    assert.deepEqual(offers(await refused({}, [agent])), []);
  });

  it("are printed for a weaker level than the policies' own, whichever it is", async () => {
    await analyzer.configure({ "pod-security": { enforcementLevel: "mandatory", profile: "restricted" } });
    const [printed] = offers(await refused({ podSecurity: "baseline" }, [agent]));
    assert.match(printed!.message, /podSecurity: baseline in its block/);
  });

  it("are not printed for objects of nobody's, or of another app", async () => {
    await refused({ podSecurity: "privileged" }, []);
    assert.deepEqual(offers(await analyzer.analyze(agent)), []);
    assert.deepEqual(offers(await analyzer.analyze({ ...agent, parent: `${urnOf(app({}))}-other` })), []);
  });
});
