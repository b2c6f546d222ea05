import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  devStackIsUp,
  http,
  inLab,
  kubectl,
  kubectlApply,
  kubectlJson,
  outputs,
  randomImage,
  scratch,
  succeeded,
  trusting,
} from "./support";
import { cacheDir, paths } from "../../shared/paths";

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** The lab's own BusyBox image, as it was loaded into the node. */
function busyboxArchive(): string {
  const folder = join(cacheDir(), "images");
  const archive = readdirSync(folder).find((file) => file.includes("busybox") && file.endsWith(".tar"));
  assert.ok(archive, `no BusyBox image in ${folder}`);
  return join(folder, archive);
}

describe("the registry", () => {
  const host = "registry.homelab.test";
  const image = `${host}/e2e/random:1`;
  let password: string;

  before(() => {
    devStackIsUp();
    password = String(outputs().registryPassword);
  });

  it("takes an image of 120 MB over HTTPS and gives it back equal, with the platform's CA as the only trust", async () => {
    const archive = randomImage("random", 6, 20);
    succeeded(inLab(trusting(["crane", "push", archive, image])));
    const back = scratch("back.tar");
    succeeded(inLab(trusting(["crane", "pull", image, back])));
    const digest = (file: string) => succeeded(inLab(["crane", "digest", "--tarball", file])).stdout.trim();
    assert.equal(digest(back), digest(archive));
    assert.equal(succeeded(inLab(["crane", "digest", image])).stdout.trim(), digest(archive));
    assert.equal((await sha256(archive)).length, 64);
    rmSync(back);
  });

  it("is not trusted without the platform's CA", () => {
    const result = inLab(trusting(["crane", "digest", image], "/dev/null"));
    assert.notEqual(result.status, 0);
    assert.match(result.text, /certificate signed by unknown authority/);
  });

  it("refuses who has no account, or a wrong password", () => {
    assert.equal(http(`https://${host}/v2/`).status, 401);
    assert.equal(http(`https://${host}/v2/`, "--user", "admin:wrong").status, 401);
    assert.equal(http(`https://${host}/v2/`, "--user", `nobody:${password}`).status, 401);
    assert.equal(http(`https://${host}/v2/`, "--user", `admin:${password}`).status, 200);
  });

  it("says 404 of an image that it does not have", () => {
    const answer = http(`https://${host}/v2/no/such/manifests/1`, "--user", `admin:${password}`);
    assert.equal(answer.status, 404);
    assert.match(answer.body, /MANIFEST_UNKNOWN|NAME_UNKNOWN/);
  });

  it("answers plain HTTP with a redirect and nothing else", () => {
    const answer = http(`http://${host}/v2/`);
    assert.ok([301, 308].includes(answer.status), String(answer.status));
    assert.match(answer.headers, new RegExp(`location: https://${host}/v2/`, "i"));
  });

  it("shows its web interface at an address of its own, on the same terms", () => {
    assert.equal(http(`https://registry-ui.homelab.test/`).status, 200);
    assert.equal(http(`https://registry-ui.homelab.test/v2/_catalog`).status, 401);
    const catalog = http(`https://registry-ui.homelab.test/v2/_catalog`, "--user", `admin:${password}`);
    assert.equal(catalog.status, 200);
    assert.ok((JSON.parse(catalog.body) as { repositories: string[] }).repositories.includes("e2e/random"));
  });

  it("keeps metrics away from every route", () => {
    assert.equal(http(`https://${host}/metrics`, "--user", `admin:${password}`).status, 404);
    assert.equal(http(`https://${host}/debug/health`, "--user", `admin:${password}`).status, 404);
  });

  it("has a certificate for its name, issued by the platform's own authority of ten years", () => {
    const secret = kubectlJson<{ data: Record<string, string> }>("get", "secret", "-n", "registry", "registry-tls");
    const certificate = new X509Certificate(Buffer.from(secret.data["tls.crt"]!, "base64"));
    const authority = new X509Certificate(readFileSync(paths.caCertificate));
    assert.equal(certificate.subjectAltName, `DNS:${host}`);
    assert.ok(certificate.verify(authority.publicKey));
    const years = (Date.parse(authority.validTo) - Date.parse(authority.validFrom)) / (365 * 24 * 3600 * 1000);
    assert.ok(years > 9.9 && years < 10.1, `the authority is valid for ${years.toFixed(1)} years`);
  });

  it("still has the image after its pod is killed", () => {
    const before = succeeded(inLab(["crane", "digest", image])).stdout;
    const podName = () =>
      kubectlJson<{ items: Array<{ metadata: { uid: string } }> }>(
        "get",
        "pods",
        "-n",
        "registry",
        "-l",
        "app.kubernetes.io/name=registry",
      ).items.map(({ metadata }) => metadata.uid);
    const [first] = podName();
    succeeded(kubectl("delete", "pod", "-n", "registry", "-l", "app.kubernetes.io/name=registry", "--grace-period=0", "--force"));
    succeeded(kubectl("rollout", "status", "deployment/registry", "-n", "registry", "--timeout=120s"));
    assert.notEqual(podName()[0], first);
    succeeded(
      kubectl("wait", "--for=condition=Ready", "pod", "-n", "registry", "-l", "app.kubernetes.io/name=registry", "--timeout=60s"),
    );
    assert.equal(succeeded(inLab(["crane", "digest", image])).stdout, before);
  });

  it("gives an image to a pod of another namespace through that namespace's pull secret, and to none without it", () => {
    const source = busyboxArchive();
    const tool = `${host}/e2e/busybox:1`;
    succeeded(inLab(["crane", "push", source, tool]));
    const pod = (name: string, pullSecret: boolean) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: "apps" },
      spec: {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        ...(pullSecret ? { imagePullSecrets: [{ name: "registry-pull" }] } : {}),
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "main",
            image: tool,
            imagePullPolicy: "Always",
            command: ["/bin/busybox", "true"],
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "32Mi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, readOnlyRootFilesystem: true },
          },
        ],
      },
    });
    succeeded(kubectlApply(pod("pull-with", true)));
    succeeded(kubectlApply(pod("pull-without", false)));
    succeeded(kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/pull-with", "-n", "apps", "--timeout=90s"));
    succeeded(
      kubectl(
        "wait",
        "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ErrImagePull",
        "pod/pull-without",
        "-n",
        "apps",
        "--timeout=60s",
      ),
    );
    succeeded(kubectl("delete", "pod", "-n", "apps", "pull-with", "pull-without", "--grace-period=0", "--force"));
  });
});
