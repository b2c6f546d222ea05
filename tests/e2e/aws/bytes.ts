/** That requests reach the emulator byte for byte: through the route everything is as it is straight to the pod. */
import assert from "node:assert/strict";
import { http, kubectl, succeeded } from "../support";
import type { Outputs } from "./emulator";

const SIGNED =
  "authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** Paths below a bucket as they stand in the request line: what proxies like to clean, decode or refuse. */
const PATHS = [
  "a/b",
  "a//b",
  "/lead",
  "a/./b",
  "a/../b",
  "%2e%2e/up",
  "x%2Fy",
  "per%25cent",
  "semi%3Bcolon;bare",
  "hash%23",
  "question%3F",
  "back%5Cslash",
  "plus+and%20space",
  "trail/",
  "%E6%97%A5%E6%9C%AC",
  "a".repeat(900),
];

/** S3 by single requests, each as it is written. */
function s3(base: string) {
  const ask = (method: string, path: string, ...more: string[]) =>
    http(base + path, "--path-as-is", "--request", method, "--header", SIGNED, ...more);
  return {
    put: (path: string, body: string, ...headers: string[]) =>
      ask("PUT", path, ...headers.flatMap((header) => ["--header", header]), "--data-binary", body),
    get: (path: string) => ask("GET", path),
    remove: (path: string) => ask("DELETE", path),
    keys: (bucket: string) =>
      [...ask("GET", `/${bucket}?list-type=2`).body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key),
  };
}

/** Header lines but for those that differ from answer to answer. */
function headerLines(headers: string): string[] {
  const own = /^(?:date|x-amz-request-id|x-amz-id-2|last-modified|server|x-localstack|connection|keep-alive|HTTP\/)/i;
  return headers
    .split("\r\n")
    .filter((line) => line !== "" && !own.test(line))
    .sort();
}

export function passesBytesOn(outputs: () => Outputs) {
  describe("byte for byte", () => {
    let routed: ReturnType<typeof s3>;
    let straight: ReturnType<typeof s3>;

    before(() => {
      const address = ["-n", "localstack", "-l", "app.kubernetes.io/name=localstack", "-o", "jsonpath={.items[0].status.podIP}"];
      routed = s3(String(outputs().localstackUrl));
      straight = s3(`http://${succeeded(kubectl("get", "pods", ...address)).stdout}:4566`);
      for (const bucket of ["by-route", "by-pod", "precious"]) assert.equal(straight.put(`/${bucket}`, "").status, 200);
    });

    it("every key is the one that was written, and no other", () => {
      const refused = PATHS.filter((path, index) => {
        const written = routed.put(`/by-route/${path}`, `content ${index}`).status;
        // An error is right where a wrong object would be the other way.
        if (written === 400) return true;
        assert.equal(written, 200, path);
        return false;
      });
      assert.deepEqual(refused, []);
      PATHS.forEach((path, index) => straight.put(`/by-pod/${path}`, `content ${index}`));
      for (const path of PATHS) {
        const expected = straight.get(`/by-pod/${path}`);
        for (const found of [straight.get(`/by-route/${path}`), routed.get(`/by-route/${path}`)])
          assert.deepEqual([found.status, found.body], [expected.status, expected.body], path);
      }
      assert.deepEqual(straight.keys("by-route"), straight.keys("by-pod"));
    });

    it("a key cannot reach into another bucket", () => {
      straight.put("/precious/a", "precious");
      routed.put("/by-route/../precious/a", "other");
      routed.put("/by-route/x/../../precious/a", "other");
      routed.put("/by-route/%2e%2e/precious/a", "other");
      assert.equal(straight.get("/precious/a").body, "precious");
    });

    it("a deletion deletes what it names", () => {
      routed.put("/by-route/d/5", "kept");
      routed.put("/by-route/d//5", "deleted");
      assert.equal(routed.remove("/by-route/d//5").status, 204);
      assert.equal(straight.get("/by-route/d/5").body, "kept");
      assert.equal(straight.get("/by-route/d//5").status, 404);
    });

    it("headers keep their names, whatever their case", () => {
      const headers = ["x-amz-meta-author: ann", "X-Amz-Meta-Build-Id: 7", "content-type: text/x-own", "cache-control: no-cache"];
      routed.put("/by-route/meta", "m", ...headers);
      straight.put("/by-pod/meta", "m", ...headers);
      assert.deepEqual(headerLines(routed.get("/by-route/meta").headers), headerLines(straight.get("/by-pod/meta").headers));
    });
  });
}
