/*
 * What is needed of a registry's API to push an image and to see whether one is there.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
import { createReadStream } from "node:fs";
import { request } from "node:https";
import { rootCertificates } from "node:tls";
import type { ArchivedImage, Blob } from "./archive";
import { Hopeless } from "./patience";

export interface RegistryAccess {
  /** `https://registry.homelab.home.arpa[:port]` */
  url: string;
  /** Where to connect when the name is not known to this machine; empty: whatever the name resolves to. */
  address: string;
  /** PEM to trust beside Node's own; may be empty. */
  ca: string;
  /** The certificate signs itself: nobody can verify it. */
  insecure: boolean;
  username: string;
  password: string;
}

interface Answer {
  status: number;
  location?: string;
  digest?: string;
  content: Buffer;
}

type Body = Buffer | { file: string; offset: number; size: number };

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export class RegistryClient {
  constructor(private readonly access: RegistryAccess) {}

  /** Digest of what a tag or digest points to; undefined when it is not there. */
  async find(repository: string, reference: string): Promise<string | undefined> {
    const answer = await this.send("HEAD", `/v2/${repository}/manifests/${reference}`, { accept: MANIFESTS });
    if (answer.status === 404) return undefined;
    expect(answer, 200, `looking for ${repository}:${reference}`);
    return answer.digest ?? "";
  }

  /** The user of an image as its configuration has it (`1000`, `app:app`, or empty); undefined where it has no configuration. */
  async userOf(repository: string, reference: string): Promise<string | undefined> {
    const answer = await this.send("GET", `/v2/${repository}/manifests/${reference}`, { accept: MANIFESTS });
    expect(answer, 200, `reading ${repository}:${reference}`);
    const manifest = JSON.parse(answer.content.toString()) as { manifests?: { digest: string }[]; config?: { digest: string } };
    // The images of several platforms are made from one recipe.
    if (manifest.manifests?.[0] !== undefined) return this.userOf(repository, manifest.manifests[0].digest);
    if (manifest.config === undefined) return undefined;
    const image = JSON.parse((await this.pullBlob(repository, manifest.config.digest)).toString()) as {
      config?: { User?: string };
    };
    return image.config?.User ?? "";
  }

  async push(repository: string, tag: string, file: string, image: ArchivedImage): Promise<void> {
    for (const blob of image.blobs) await this.pushBlob(repository, file, blob);
    for (const part of image.parts) await this.putManifest(repository, part.digest, part);
    await this.putManifest(repository, tag, image.manifest);
  }

  async pullBlob(repository: string, digest: string): Promise<Buffer> {
    const answer = await this.send("GET", `/v2/${repository}/blobs/${digest}`);
    expect(answer, 200, `pulling from ${repository}`);
    return answer.content;
  }

  private async pushBlob(repository: string, file: string, { digest, size, content }: Blob): Promise<void> {
    const there = await this.send("HEAD", `/v2/${repository}/blobs/${digest}`);
    if (there.status === 200) return;
    const begun = await this.send("POST", `/v2/${repository}/blobs/uploads/`, { "content-length": "0" });
    expect(begun, 202, `beginning an upload to ${repository}`);
    const target = new URL(begun.location ?? "", this.access.url);
    target.searchParams.set("digest", digest);
    const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
    expect(
      await this.send(
        "PUT",
        target.pathname + target.search,
        headers,
        Buffer.isBuffer(content) ? content : { file, offset: content.offset, size },
      ),
      201,
      `uploading to ${repository}`,
    );
  }

  private async putManifest(
    repository: string,
    reference: string,
    { content, mediaType }: { content: Buffer; mediaType: string },
  ) {
    const headers = { "content-type": mediaType, "content-length": String(content.length) };
    expect(
      await this.send("PUT", `/v2/${repository}/manifests/${reference}`, headers, content),
      201,
      `naming ${repository}:${reference}`,
    );
  }

  private send(method: string, path: string, headers: Record<string, string> = {}, body?: Body): Promise<Answer> {
    const { url, address, ca, insecure, username, password } = this.access;
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const call = request(
        {
          method,
          path,
          host: address === "" ? hostname : address,
          port: port === "" ? 443 : Number(port),
          servername: hostname,
          headers: { ...headers, host },
          auth: `${username}:${password}`,
          ca: ca === "" ? undefined : [...rootCertificates, ca],
          rejectUnauthorized: !insecure,
          timeout: 60_000,
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              location: response.headers.location,
              digest: response.headers["docker-content-digest"]?.toString(),
              content: Buffer.concat(chunks),
            }),
          );
        },
      );
      call.on("timeout", () => call.destroy(new Error("no answer within 60 s")));
      call.on("error", reject);
      if (body === undefined || Buffer.isBuffer(body)) {
        call.end(body);
      } else if (body.size === 0) {
        call.end();
      } else {
        createReadStream(body.file, { start: body.offset, end: body.offset + body.size - 1 })
          .on("error", reject)
          .pipe(call);
      }
    });
  }
}

function expect({ status, content }: Answer, wanted: number, doing: string): void {
  if (status === wanted) return;
  const said = content.toString("utf8", 0, 300);
  // What is sent again would fill it again.
  if (status === 507 || /no space left on device/.test(said)) {
    throw new Hopeless(`${doing}: the registry's volume is full; \`npm run health\` names it and what makes room on it`);
  }
  throw new Error(`${doing}: the registry ${status === 401 ? "refuses the account" : `answers ${status} ${said}`}`);
}
