/** That requests reach the emulator byte for byte: through the route everything is as it is straight to the pod. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inLab, kubectl, scratch, succeeded } from "../support";
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

interface Answer {
  status: number;
  headers: string;
  body: string;
}

type Request = readonly [method: string, url: string, ...more: string[]];

/** The answers to requests that are sent one after the other, each as it is written. */
function asked(requests: readonly Request[]): Answer[] {
  const folder = mkdtempSync(scratch("requests-"));
  const words = requests.map(([method, url, ...more], index) => {
    const where = ["--dump-header", join(folder, `${index}.head`), "--output", join(folder, `${index}.body`)];
    const curl = [
      "curl",
      "--silent",
      "--show-error",
      "--max-time",
      "10",
      "--path-as-is",
      "--request",
      method,
      "--header",
      SIGNED,
    ];
    return [...curl, ...where, ...more, url].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  });
  succeeded(inLab(["sh", "-eu"], { input: words.join("\n") }));
  return requests.map((_, index) => {
    const headers = readFileSync(join(folder, `${index}.head`), "utf8");
    const body = join(folder, `${index}.body`);
    // Of an interim answer curl keeps the header too.
    const status = [...headers.matchAll(/^HTTP\/\S+ (\d+)/gm)].at(-1)![1];
    return { status: Number(status), headers, body: existsSync(body) ? readFileSync(body, "utf8") : "" };
  });
}

/** S3 at an address, by single requests. */
function s3(base: string) {
  return {
    put: (path: string, body: string, ...headers: string[]): Request => [
      "PUT",
      base + path,
      ...headers.flatMap((header) => ["--header", header]),
      "--data-binary",
      body,
    ],
    get: (path: string): Request => ["GET", base + path],
    remove: (path: string): Request => ["DELETE", base + path],
    list: (bucket: string): Request => ["GET", `${base}/${bucket}?list-type=2`],
  };
}

const keysIn = ({ body }: Answer) => [...body.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);

/** Header lines but for those that differ from answer to answer; only the case of a user's own names means anything. */
function headerLines(headers: string): string[] {
  const own =
    /^(?:date|x-amz-request-id|x-amzn-requestid|x-amz-id-2|last-modified|server|x-localstack|connection|keep-alive|HTTP\/)/i;
  return headers
    .split("\r\n")
    .filter((line) => line !== "" && !own.test(line))
    .map((line) => (/^x-amz-meta-/i.test(line) ? line : line.replace(/^[^:]*/, (name) => name.toLowerCase())))
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
      const made = asked(["by-route", "by-pod", "precious"].map((bucket) => straight.put(`/${bucket}`, "")));
      assert.deepEqual(
        made.map(({ status }) => status),
        [200, 200, 200],
      );
    });

    it("every key is the one that was written, and no other", () => {
      const written = asked(PATHS.map((path, index) => routed.put(`/by-route/${path}`, `content ${index}`)));
      written.forEach(({ status }, index) => assert.equal(status, 200, PATHS[index]));
      asked(PATHS.map((path, index) => straight.put(`/by-pod/${path}`, `content ${index}`)));
      const plain = (answers: Answer[]) => answers.map(({ status, body }) => [status, body]);
      const expected = plain(asked(PATHS.map((path) => straight.get(`/by-pod/${path}`))));
      assert.deepEqual(plain(asked(PATHS.map((path) => straight.get(`/by-route/${path}`)))), expected);
      assert.deepEqual(plain(asked(PATHS.map((path) => routed.get(`/by-route/${path}`)))), expected);
      const [byRoute, byPod] = asked([straight.list("by-route"), straight.list("by-pod")]).map(keysIn);
      assert.deepEqual(byRoute, byPod);
    });

    it("a key cannot reach into another bucket", () => {
      const others = ["/by-route/../precious/a", "/by-route/x/../../precious/a", "/by-route/%2e%2e/precious/a"];
      const answers = asked([
        straight.put("/precious/a", "precious"),
        ...others.map((path) => routed.put(path, "other")),
        straight.get("/precious/a"),
      ]);
      assert.equal(answers.at(-1)!.body, "precious");
    });

    it("a deletion deletes what it names", () => {
      const [, , removed, kept, deleted] = asked([
        routed.put("/by-route/d/5", "kept"),
        routed.put("/by-route/d//5", "deleted"),
        routed.remove("/by-route/d//5"),
        straight.get("/by-route/d/5"),
        straight.get("/by-route/d//5"),
      ]);
      assert.deepEqual([removed!.status, kept!.body, deleted!.status], [204, "kept", 404]);
    });

    it("headers keep their names, whatever their case", () => {
      const headers = ["x-amz-meta-author: ann", "X-Amz-Meta-Build-Id: 7", "content-type: text/x-own", "cache-control: no-cache"];
      const [, , byRoute, byPod] = asked([
        routed.put("/by-route/meta", "m", ...headers),
        straight.put("/by-pod/meta", "m", ...headers),
        routed.get("/by-route/meta"),
        straight.get("/by-pod/meta"),
      ]);
      assert.deepEqual(headerLines(byRoute!.headers), headerLines(byPod!.headers));
    });
  });
}
