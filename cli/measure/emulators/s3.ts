/** What is put into S3 for the exam, and how it is looked at again. */
import assert from "node:assert/strict";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { Item } from "./item";

const MIB = 1024 * 1024;
/** Parts but the last have at least 5 MiB. */
const PARTS = [Buffer.alloc(5 * MIB, "a"), Buffer.from("the end")];

const bucketOf = (tag: string) => `plain-${tag}`;
const versionedOf = (tag: string) => `versioned-${tag}`;

async function bucket(s3: S3Client, name: string): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
}

async function read(s3: S3Client, where: { Bucket: string; Key: string; VersionId?: string }) {
  const { Body: body, ...head } = await s3.send(new GetObjectCommand(where));
  return { ...head, text: await body!.transformToString() };
}

/** Objects under these keys, each with its key as content; the listing has to name them too. */
function keys(name: string, bucketPrefix: string, ...list: string[]): Item {
  const where = (tag: string) => `${bucketPrefix}-${tag}`;
  return {
    service: "S3",
    name,
    make: async ({ s3 }, tag) => {
      await bucket(s3, where(tag));
      for (const key of list) await s3.send(new PutObjectCommand({ Bucket: where(tag), Key: key, Body: `content of ${key}` }));
    },
    check: async ({ s3 }, tag) => {
      for (const key of list) assert.equal((await read(s3, { Bucket: where(tag), Key: key })).text, `content of ${key}`);
      const { Contents: contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: where(tag) }));
      assert.deepEqual(contents.map(({ Key: key }) => key).sort(), [...list].sort());
    },
  };
}

export const s3Items: readonly Item[] = [
  {
    service: "S3",
    name: "an object with its metadata, type and cache header",
    make: async ({ s3 }, tag) => {
      await bucket(s3, bucketOf(tag));
      const meta = { ContentType: "text/x-own", CacheControl: "no-cache", Metadata: { author: "ann" } };
      await s3.send(new PutObjectCommand({ Bucket: bucketOf(tag), Key: "with-meta", Body: "m", ...meta }));
    },
    check: async ({ s3 }, tag) => {
      const object = await read(s3, { Bucket: bucketOf(tag), Key: "with-meta" });
      const { text, ContentType: type, CacheControl: cache, Metadata: metadata } = object;
      assert.deepEqual([text, type, cache, metadata], ["m", "text/x-own", "no-cache", { author: "ann" }]);
    },
  },
  {
    service: "S3",
    name: "an object's tags",
    make: async ({ s3 }, tag) => {
      await s3.send(new PutObjectCommand({ Bucket: bucketOf(tag), Key: "tagged", Body: "t", Tagging: "team=blue&level=7" }));
    },
    check: async ({ s3 }, tag) => {
      const { TagSet: tags } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucketOf(tag), Key: "tagged" }));
      assert.deepEqual(new Map(tags!.map(({ Key: key, Value: value }) => [key, value])), new Map([["team", "blue"], ["level", "7"]])); // prettier-ignore
    },
  },
  keys("a key that begins another (`x`, `x/y`)", "prefix", "x", "x/y"),
  keys("a folder marker (`folder/`)", "folder", "folder/", "folder/inside"),
  keys("a key of 255 characters", "long", "a".repeat(255)),
  keys("a key of 1000 characters", "longer", "b".repeat(1000)),
  keys("`k.meta.json` beside `k`", "sidecar", "k", "k.meta.json"),
  keys("keys with odd characters", "odd", "a//b", "a/../b", "x%2Fy", "日本 ü+&=", "trailing space "),
  {
    service: "S3",
    name: "an object in parts",
    make: async ({ s3 }, tag) => {
      const where = { Bucket: bucketOf(tag), Key: "parts" };
      etags.delete(tag);
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
      const parts = [];
      for (const [index, Body] of PARTS.entries()) {
        const PartNumber = index + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber, Body }));
        parts.push({ ETag, PartNumber });
      }
      await s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload: { Parts: parts } }));
    },
    check: async ({ s3 }, tag) => {
      const object = await read(s3, { Bucket: bucketOf(tag), Key: "parts" });
      assert.ok(object.text === Buffer.concat(PARTS).toString());
      if (!etags.has(tag)) etags.set(tag, object.ETag!);
      assert.equal(object.ETag, etags.get(tag));
    },
  },
  {
    service: "S3",
    name: "an upload in parts that is not complete",
    make: async ({ s3 }, tag) => {
      const where = { Bucket: bucketOf(tag), Key: "incomplete" };
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
      await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: PARTS[0] }));
      uploads.set(tag, UploadId!);
    },
    check: async ({ s3 }, tag) => {
      const upload = { Bucket: bucketOf(tag), Key: "incomplete", UploadId: uploads.get(tag)! };
      assert.equal((await s3.send(new ListPartsCommand(upload))).Parts!.length, 1);
    },
  },
  {
    service: "S3",
    name: "old versions of an object",
    make: async ({ s3 }, tag) => {
      await bucket(s3, versionedOf(tag));
      const on = { Bucket: versionedOf(tag), VersioningConfiguration: { Status: "Enabled" as const } };
      await s3.send(new PutBucketVersioningCommand(on));
      for (const Body of ["1", "2", "3"]) await s3.send(new PutObjectCommand({ Bucket: versionedOf(tag), Key: "v", Body }));
    },
    check: async ({ s3 }, tag) => {
      const where = { Bucket: versionedOf(tag), Key: "v" };
      const { Versions: all = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: versionedOf(tag), Prefix: "v" }));
      const texts = await Promise.all(
        all.map(async ({ VersionId }) => (await read(s3, { ...where, VersionId: VersionId! })).text),
      );
      assert.deepEqual(texts, ["3", "2", "1"]);
      assert.equal((await read(s3, where)).text, "3");
    },
  },
  {
    service: "S3",
    name: "a deletion in a bucket with versions",
    make: async ({ s3 }, tag) => {
      const where = { Bucket: versionedOf(tag), Key: "gone" };
      await s3.send(new PutObjectCommand({ ...where, Body: "1" }));
      await s3.send(new DeleteObjectCommand(where));
    },
    check: async ({ s3 }, tag) => {
      await assert.rejects(read(s3, { Bucket: versionedOf(tag), Key: "gone" }), { name: "NoSuchKey" });
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: versionedOf(tag), Prefix: "gone" }));
      assert.deepEqual([listed.Versions?.length, listed.DeleteMarkers?.length], [1, 1]);
    },
  },
  {
    service: "S3",
    name: "an empty bucket",
    make: ({ s3 }, tag) => bucket(s3, `empty-${tag}`),
    check: async ({ s3 }, tag) => void (await s3.send(new HeadBucketCommand({ Bucket: `empty-${tag}` }))),
  },
  {
    service: "S3",
    name: "a bucket's versioning and CORS",
    make: async ({ s3 }, tag) => {
      const rules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://app.example"] }];
      await s3.send(new PutBucketCorsCommand({ Bucket: versionedOf(tag), CORSConfiguration: { CORSRules: rules } }));
    },
    check: async ({ s3 }, tag) => {
      const where = { Bucket: versionedOf(tag) };
      assert.equal((await s3.send(new GetBucketVersioningCommand(where))).Status, "Enabled");
      const { CORSRules: rules } = await s3.send(new GetBucketCorsCommand(where));
      assert.deepEqual(rules![0]!.AllowedOrigins, ["https://app.example"]);
    },
  },
];

/** The upload that is under way, and the mark of the object in parts, by tag. */
const uploads = new Map<string, string>();
const etags = new Map<string, string>();
