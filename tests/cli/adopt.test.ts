import assert from "node:assert/strict";
import { inTheWay, isOwn } from "../../cli/shared/adopt";
import { readEvents } from "../../cli/shared/events";

const urn = "urn:pulumi:dev::homelab::kubernetes:apps/v1:Deployment::homelab-registry-deployment";
const inputs = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "registry", namespace: "registry" } };
const failed = (op: string) => ({
  resOpFailedEvent: { metadata: { op, urn, type: "kubernetes:apps/v1:Deployment", new: { parent: "p", provider: "q", inputs } } },
});
const said = (message: string) => ({ diagnosticEvent: { urn, severity: "error", message } });
const log = (...events: object[]) => readEvents(events.map((event) => JSON.stringify(event)).join("\n"));

describe("objects that stand in the way of their own creation", () => {
  const THERE = 'deployments.apps "registry" already exists';

  it("are those whose creation failed for it", () => {
    assert.deepEqual(
      inTheWay(log(failed("create"), said(THERE))).map(({ resource }) => [resource.urn, resource.inputs]),
      [[urn, inputs]],
    );
    assert.deepEqual(inTheWay(log(failed("create"), said("forbidden"))), []);
    assert.deepEqual(inTheWay(log(failed("update"), said(THERE))), []);
    assert.deepEqual(inTheWay(log(said(THERE))), []);
  });

  const platform = { "app.kubernetes.io/part-of": "homelab" };
  const object = (labels: Record<string, string>, ...managers: string[]) => ({
    metadata: { labels, managedFields: managers.map((manager) => ({ manager })) },
  });
  const table: Array<[string, Parameters<typeof isOwn>, boolean]> = [
    ["made by Pulumi, with the platform's label", [object(platform, "pulumi-kubernetes-1a2b"), undefined], true],
    ["made by Pulumi in a namespace of the platform", [object({}, "pulumi-kubernetes"), object(platform)], true],
    ["made by Pulumi for somebody else", [object({}, "pulumi-kubernetes"), object({})], false],
    ["made by hand in a namespace of the platform", [object({}, "kubectl-create"), object(platform)], false],
    ["made by hand with the platform's label", [object(platform, "kubectl-create"), undefined], false],
    ["gone meanwhile", [undefined, object(platform)], false],
  ];
  for (const [what, given, expected] of table)
    it(`${expected ? "own" : "not own"}: ${what}`, () => assert.equal(isOwn(...given), expected));
});
