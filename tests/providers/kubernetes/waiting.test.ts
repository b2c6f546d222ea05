import assert from "node:assert/strict";
import {
  awaitDeleted,
  awaitReady,
  problemNow,
  timeoutOf,
  type AwaitOptions,
} from "../../../lab/providers/kubernetes/await/index";
import type { Cluster } from "../../../lab/providers/kubernetes/cluster";
import { ApiError, UnreachableError } from "../../../lab/providers/kubernetes/errors";
import type { KubeObject } from "../../../lab/providers/kubernetes/objects";
import type { PropertyMap } from "../../../lab/providers/kubernetes/values";

const generation = { generation: 2 };
const all = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describe("kubernetes provider: waiting", () => {
  const object: KubeObject = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", uid: "1", ...generation },
  };
  const ready: KubeObject = { ...object, spec: { replicas: 2 }, status: all };
  const missing = new ApiError(404, "NotFound", "gone");

  /** A cluster that gives these answers one after the other, the last one for ever. */
  function answering(...answers: (KubeObject | Error)[]): Cluster {
    const get = async (): Promise<KubeObject> => {
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next instanceof Error) throw next;
      return next as KubeObject;
    };
    return { get, list: async () => [] } as unknown as Cluster;
  }
  function options(cluster: Cluster, more: Partial<AwaitOptions> = {}): AwaitOptions & { said: string[] } {
    const said: string[] = [];
    const report = (status: string): void => void said.push(status);
    return {
      cluster,
      inputs: object,
      timeout: 30,
      update: false,
      signal: new AbortController().signal,
      report,
      said,
      ...more,
    };
  }

  it("goes on until the object is ready, also over an API server that is away for a moment", async () => {
    const given = options(answering(new UnreachableError("restarting"), object, ready));
    assert.equal(await awaitReady(object, given), ready);
    assert.ok(given.said.some((line) => line.includes("API server to answer")));
    assert.equal(given.said.at(-1), "");
  });

  it("ends when the time is up, with what it waited for", async () => {
    await assert.rejects(
      awaitReady(object, options(answering(object), { timeout: 0.05 })),
      /'web' timed out waiting to be Ready \(0.05 s; it waits for the controller/,
    );
  });

  it("ends when the run is cancelled", async () => {
    const controller = new AbortController();
    const waiting = awaitReady(object, options(answering(object), { signal: controller.signal }));
    controller.abort();
    await assert.rejects(waiting, /cancelled/);
  });

  it("does not begin where the object says so, or where there is nothing to wait for", async () => {
    const skipping = { ...object, metadata: { annotations: { "pulumi.com/skipAwait": "true" } } };
    const never = answering(new Error("asked"));
    assert.equal(await awaitReady(object, options(never, { inputs: skipping })), object);
    const config: KubeObject = { apiVersion: "v1", kind: "ConfigMap" };
    assert.equal(await awaitReady(config, options(never, { inputs: config })), config);
    const custom: KubeObject = { apiVersion: "example.com/v1", kind: "Deployment" };
    assert.equal(await awaitReady(custom, options(never, { inputs: custom })), custom);
  });

  it("looks once in a refresh", async () => {
    const cluster = answering(object);
    const problem = await problemNow(object, options(cluster));
    assert.match(problem?.message ?? "", /'web' was created but failed to initialize/);
    assert.equal(await problemNow(ready, options(cluster)), undefined);
  });

  it("sees a deletion through until the object is gone or another has its name", async () => {
    await awaitDeleted(object, options(answering(object, missing)));
    await awaitDeleted(object, options(answering(object, { ...object, metadata: { name: "web", uid: "2" } })));
    const held = { ...object, metadata: { ...(object.metadata as PropertyMap), finalizers: ["f.example/x"] } };
    await assert.rejects(
      awaitDeleted(object, options(answering(held), { timeout: 0.05 })),
      (error: Error & { problems: string[] }) => {
        assert.match(error.message, /'web' timed out waiting to be deleted/);
        assert.deepEqual(error.problems, ["finalizers: f.example/x"]);
        return true;
      },
    );
  });

  it("takes the time from customTimeouts, then the annotation, then the kind", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/timeoutSeconds": "7" } } };
    assert.equal(timeoutOf(annotated, 3, 300), 3);
    assert.equal(timeoutOf(annotated, 0, 300), 7);
    assert.equal(timeoutOf({}, 0, 300), 300);
    assert.equal(timeoutOf({}, 0), 600);
  });
});
