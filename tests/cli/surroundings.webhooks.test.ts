import assert from "node:assert/strict";
import { askedServices, sentence, silent } from "../../cli/shared/surroundings/webhooks";

const hook = (group: string, more: object = {}, service = "hook") => ({
  name: "a",
  clientConfig: { caBundle: "Q0E=", service: { name: service, namespace: "cert-manager" } },
  rules: [{ apiGroups: [group] }],
  ...more,
});
const ASKED = { namespace: "cert-manager", name: "hook", trusted: true };
const slice = (endpoints: object[] | null, name = "hook", namespace = "cert-manager") => ({
  metadata: { namespace, labels: { "kubernetes.io/service-name": name } },
  endpoints,
});

describe("webhooks that the API server asks before it takes an object", () => {
  const configurations: [string, object[], string[]][] = [
    ["of a kind that a stack makes", [{ webhooks: [hook("cert-manager.io")] }], ["hook true"]],
    ["of every kind", [{ webhooks: [hook("*")] }], ["hook true"]],
    ["of a kind that no stack makes", [{ webhooks: [hook("postgresql.cnpg.io")] }], []],
    ["that may be silent", [{ webhooks: [hook("apps", { failurePolicy: "Ignore" })] }], []],
    ["outside of the cluster", [{ webhooks: [hook("apps", { clientConfig: { url: "https://x" } })] }], []],
    ["of two configurations at one Service", [{ webhooks: [hook("apps")] }, { webhooks: [hook("batch")] }], ["hook true"]],
    [
      "one of which is not trusted yet",
      [{ webhooks: [hook("apps")] }, { webhooks: [hook("batch", { clientConfig: { service: ASKED } })] }],
      ["hook false"],
    ],
    ["none", [{}], []],
  ];
  for (const [what, given, expected] of configurations) {
    it(`${what}: ${expected.join() || "nothing to wait for"}`, () => {
      assert.deepEqual(
        askedServices(given).map(({ name, trusted }) => `${name} ${trusted}`),
        expected,
      );
    });
  }

  const answers: [string, object[], boolean][] = [
    ["a ready pod", [slice([{ conditions: { ready: true } }])], true],
    ["a pod of which nothing is said", [slice([{}])], true],
    ["a pod that is not ready", [slice([{ conditions: { ready: false } }])], false],
    ["no pod", [slice(null)], false],
    ["nothing", [], false],
    ["a pod of another Service", [slice([{}], "other")], false],
    ["a pod of another namespace", [slice([{}], "hook", "default")], false],
  ];
  for (const [what, slices, expected] of answers) {
    it(`answers with ${what}: ${expected}`, () => {
      assert.equal(silent([ASKED], slices as Parameters<typeof silent>[1]).length === 0, expected);
    });
  }

  it("reports nothing as long as the API server has no CA bundle to trust", () => {
    assert.equal(silent([{ ...ASKED, trusted: false }], [slice([{}])] as Parameters<typeof silent>[1]).length, 1);
  });

  it("is named with the command that shows its pods", () => {
    assert.equal(sentence(ASKED, "kubectl"), "cert-manager's webhook does not answer: kubectl -n cert-manager get pods");
    assert.match(
      sentence({ namespace: "kyverno", name: "svc" }, "kubectl"),
      /^the webhook kyverno\/svc does not answer: kubectl -n kyverno/,
    );
  });
});
