import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { parseImage } from "../../../kubernetes/image";
import { startsWithoutToken } from "../../../kubernetes/localstackLicence";
import { definePolicy } from "../../core/policy";
import { ContainerView, POD_CARRIERS } from "../../../kubernetes/objects/workload";

function pod(image: string, env = "[]"): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "${image}", env: ${env}}]}}`;
}

const TOKEN = "[{name: LOCALSTACK_AUTH_TOKEN, valueFrom: {secretKeyRef: {name: l, key: t}}}]";

export const localstackLicence = definePolicy<object>({
  id: "localstack-licence",
  title: "LocalStack images that need a licence have one",
  rationale:
    "Since March 2026 LocalStack ends with code 55 when it finds no account, from the release after 4.14.0 on and under " +
    "the tag latest: a pod that restarts forever, without a word about it in the deployment.",
  severity: "medium",
  level: "mandatory",
  remediation: "Use localstack/localstack:4.14.0, another implementation, or give the container LOCALSTACK_AUTH_TOKEN.",
  tags: ["supply-chain", "localstack"],
  match: POD_CARRIERS,
  params: {},
  *check(view) {
    if (view.pod) yield* each(view.pod.containerLists, (list) => each(list(), judge));
  },
  admission: { notExpressible: "a release number has to be compared part by part" },
  good: [
    { title: "the last free release", yaml: pod("localstack/localstack:4.14.0") },
    { title: "an older one, by major version only", yaml: pod("docker.io/localstack/localstack:3") },
    { title: "a newer one with its token", yaml: pod("localstack/localstack-pro:2026.3.1", TOKEN) },
    { title: "an image of one's own under that name", yaml: pod("registry.home.arpa/localstack/localstack:ours") },
    { title: "an image of another maker", yaml: pod("gresau/localstack-persist:latest") },
    { title: "a free release by its digest", yaml: pod(`localstack/localstack:4.14.0@sha256:${"ab".repeat(32)}`) },
  ],
  bad: [
    { title: "latest without a token", yaml: pod("localstack/localstack:latest"), finds: ["needs a licence"] },
    { title: "no tag", yaml: pod("localstack/localstack"), finds: ["needs a licence"] },
    {
      title: "a release after the last free one",
      yaml: `${pod("localstack/localstack:4.15.0")}\n---\n${pod("localstack/localstack:2026.4.0")}`,
      finds: ["needs a licence", "needs a licence"],
    },
    {
      title: "latest through a mirror",
      yaml: `${pod("registry.home.arpa/localstack/localstack")}\n---\n${pod("cache.home.arpa/docker.io/localstack/localstack:2026.4.0")}`,
      finds: ["needs a licence", "needs a licence"],
    },
    {
      title: "a token without a value",
      yaml: pod("localstack/localstack:latest", "[{name: LOCALSTACK_AUTH_TOKEN}]"),
      finds: ["needs a licence"],
    },
    { title: "the commercial image", yaml: pod("localstack/localstack-pro:4.3.0"), finds: ["needs a licence"] },
    {
      title: "an empty token",
      yaml: pod("localstack/localstack:latest", "[{name: LOCALSTACK_AUTH_TOKEN, value: ''}]"),
      finds: ["needs a licence"],
    },
  ],
});

function* judge({ label, field }: ContainerView): Iterable<Finding> {
  const text = field.at("image").text() ?? "";
  const image = text.includes("localstack") ? parseImage(text) : undefined;
  if (!image || !/(?:^|\/)localstack\/localstack(?:-pro)?$/.test(image.repository)) return;
  // Elsewhere the name alone says little: a mirror keeps the tags, an image of one's own has its own.
  if (image.registry !== "docker.io" && !/^(?:latest$|v?\d)/.test(image.tag ?? "latest")) return;
  const licensed = field
    .at("env")
    .items()
    .some((variable) => {
      const key = variable.at("name").text() ?? "";
      if (!/^LOCALSTACK_(AUTH_TOKEN|API_KEY)$/.test(key)) return false;
      const value = variable.at("value");
      return variable.at("valueFrom").exists || value.unknown || (value.text() ?? "") !== "";
    });
  // A whole Secret may hold the token; its keys are not looked at.
  if (licensed || field.at("envFrom").items().length > 0) return;
  if (image.repository.endsWith("-pro") || !startsWithoutToken(image.tag, image.digest)) {
    yield finding(
      field.at("image"),
      `${label} runs a LocalStack that needs a licence, and has no LOCALSTACK_AUTH_TOKEN`,
      "use localstack/localstack:4.14.0, or give it a token from a Secret",
    );
  }
}
