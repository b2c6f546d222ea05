import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { parseImage } from "../../../kubernetes/image";
import { definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { imageReferencesCel } from "./image-references.cel";
import type { ImageParams } from "./image-references.params";

function pod(image: string, more = ""): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "${image}"}]${more}}}`;
}

const DIGEST = `@sha256:${"0123456789abcdef".repeat(4)}`;

export const imageReferences = definePolicy<ImageParams>({
  id: "image-references",
  title: "Images are named by a version that does not move",
  rationale:
    "What `latest` means is decided anew whenever a pod starts: a restart becomes an upgrade that nobody asked for, and " +
    "going back is impossible.",
  severity: "medium",
  level: "mandatory",
  remediation: "Name a version (and, where it matters, a digest) from a registry that you trust.",
  tags: ["supply-chain"],
  anchors: { controls: ["KSV-0013", "C-0075", "C-0078", "kyverno/disallow-latest-tag", "kube-linter/latest-tag"] },
  match: POD_CARRIERS,
  params: {
    registries: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description: "Registries, or beginnings of image names, that may be used, as docker.io/library/; none named means any",
    },
    requireDigest: { type: "boolean", default: false, description: "Demand a digest beside the tag" },
    movingTags: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: ["latest", "stable", "edge", "nightly", "main", "master"],
      description: "Tags that name no version",
    },
  },
  *check(view, params) {
    if (!view.pod) return;
    yield* each(view.pod.containerLists, (list) => each(list(), ({ label, field }) => judge(label, field.at("image"), params)));
    yield* each(view.pod.volumes, (volume) =>
      volume.at("image").exists ? judge(`volume ${show(volume.at("name").text())}`, volume.at("image", "reference"), params) : [],
    );
  },
  admission: imageReferencesCel,
  good: [
    { title: "an image with a version", yaml: pod("nginx:1.27.3") },
    { title: "an image by its digest only", yaml: pod(`ghcr.io/org/app${DIGEST}`) },
    { title: "a build of a branch by its commit", yaml: pod("ghcr.io/org/app:main-3fa94c1") },
    {
      title: "an official image, however it is written",
      yaml: ["redis:7.4", "library/redis:7.4", "docker.io/redis:7.4", "docker.io/library/redis:7.4"]
        .map((name) => pod(name))
        .join("\n---\n"),
      params: { registries: ["docker.io/library"] },
    },
    { title: "a registry with a port", yaml: pod("registry.home.arpa:5000/app:2.0") },
    { title: "an image of an allowed registry", yaml: pod("ghcr.io/org/app:1.0"), params: { registries: ["ghcr.io/org"] } },
    {
      title: "a container of a patch that leaves the image alone",
      yaml: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}",
    },
  ],
  bad: [
    {
      title: "no tag at all, also behind a port",
      yaml: `${pod("nginx")}\n---\n${pod("registry.home.arpa:5000/app")}`,
      finds: ['"nginx" without a version', "without a version"],
    },
    {
      title: "latest in every place",
      yaml: pod(
        "a:latest",
        ', initContainers: [{name: i, image: "b:latest"}], volumes: [{name: v, image: {reference: "c:latest"}}]',
      ),
      finds: ['init container "i" runs "b:latest"', 'container "c" runs "a:latest"', 'volume "v" runs "c:latest"'],
    },
    {
      title: "a variant of latest",
      yaml: `${pod("timescale/timescaledb:latest-pg17")}\n---\n${pod("org/app:arm64-latest")}`,
      finds: ["names no version", "names no version"],
    },
    {
      title: "an image without a digest where one is demanded",
      yaml: pod("nginx:1.27.3"),
      params: { requireDigest: true },
      finds: ["without a digest"],
    },
    {
      title: "an image from elsewhere",
      yaml: `${pod("ghcr.io/organised/app:1.0")}\n---\n${pod("nginx:1.27")}`,
      params: { registries: ["ghcr.io/org"] },
      finds: ["which is not allowed", "which is not allowed"],
    },
    {
      title: "something that is no image",
      yaml: ["not an image", "ghcr.io/X:1", "ghcr.io/x:1/y", `x@md5:${"0".repeat(32)}`]
        .map((image) => pod(image))
        .join("\n---\n"),
      finds: ["no image reference", "no image reference", "no image reference", "no image reference"],
    },
  ],
});

function* judge(who: string, field: Field, params: ImageParams): Iterable<Finding> {
  const text = field.text();
  if (!text) return;
  const image = parseImage(text);
  if (!image) {
    yield finding(field, `${who} runs ${show(text)}, which is no image reference`, "write registry/repository:tag");
    return;
  }
  const { registry, repository, tag, digest } = image;
  if (!digest && (tag === undefined || isMoving(tag, params))) {
    yield finding(
      field,
      `${who} runs ${show(text)}${tag ? ", which names no version" : " without a version"}`,
      "name the version that you tested",
    );
  }
  if (params.requireDigest && !digest) {
    yield finding(field, `${who} runs ${show(text)} without a digest`, "append @sha256:... of the image that you tested");
  }
  const full = `${registry}/${repository}`;
  if (params.registries.length > 0 && !params.registries.some((prefix) => isWithin(full, prefix))) {
    yield finding(
      field,
      `${who} takes its image from ${show(full)}, which is not allowed`,
      "push a copy to a registry of the list, or add this one to the parameter registries",
    );
  }
}

/** `latest-alpine` moves as `latest` does; `main-3fa94c1` is one build of main. */
function isMoving(tag: string, { movingTags }: ImageParams): boolean {
  return movingTags.includes(tag) || (movingTags.includes("latest") && /^latest-|-latest$/.test(tag));
}

/** Whole parts only: `ghcr.io/org` does not stand for `ghcr.io/organised`. */
function isWithin(image: string, prefix: string): boolean {
  const start = prefix.replace(/\/+$/, "");
  return image === start || image.startsWith(`${start}/`);
}
