import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busyboxImage, catalogue, imageNames, type Programs } from "../../lab/images/catalogue";
import { buildImage, type ImageSpec } from "../../lab/images/image";
import { tar } from "./archive";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "images-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a file of the test and returns its path. */
function source(name: string, content: string, mode = 0o755): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

function sha256(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Unpacks an image archive and reads what its index leads to, checking every digest and size on the way. */
function readImage(archive: string) {
  const to = join(folder, "unpacked");
  mkdirSync(to, { recursive: true });
  execFileSync("tar", ["-xf", archive, "-C", to]);
  const text = (path: string) => JSON.parse(readFileSync(join(to, path), "utf8"));
  const blob = (descriptor: { digest: string; size: number }) => {
    const bytes = readFileSync(join(to, "blobs/sha256", descriptor.digest.replace("sha256:", "")));
    assert.equal(`sha256:${sha256(bytes)}`, descriptor.digest);
    assert.equal(bytes.length, descriptor.size);
    return bytes;
  };
  const index = text("index.json");
  const manifest = JSON.parse(blob(index.manifests[0]).toString());
  return {
    layout: text("oci-layout"),
    index,
    manifest,
    config: JSON.parse(blob(manifest.config).toString()),
    layers: (manifest.layers as []).map(blob),
    docker: text("manifest.json"),
  };
}

describe("lab images: image archives", () => {
  const spec = (program: string, more: Partial<ImageSpec> = {}): ImageSpec => ({
    name: "docker.io/library/thing:1.0",
    user: "1000:1000",
    entrypoint: ["/bin/thing"],
    env: { COLOR: "blue" },
    workdir: "/data",
    layers: [
      { directories: [{ to: "/tmp", mode: 0o1777 }] },
      {
        files: [
          { from: program, to: "/bin/thing" },
          { content: "x", to: "/tmp/seed" },
        ],
        symlinks: [{ to: "/bin/alias", target: "thing" }],
      },
    ],
    ...more,
  });

  it("hold one image with right digests, for OCI and for Docker tools", async () => {
    const built = await buildImage(spec(source("thing", "program")), join(folder, "out.tar"));
    const image = readImage(built.archive);
    assert.deepEqual(image.layout, { imageLayoutVersion: "1.0.0" });
    assert.equal(image.index.manifests[0].digest, built.digest);
    assert.equal(image.index.manifests[0].annotations["io.containerd.image.name"], "docker.io/library/thing:1.0");
    assert.deepEqual(image.config.config, {
      User: "1000:1000",
      WorkingDir: "/data",
      Entrypoint: ["/bin/thing"],
      Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "COLOR=blue"],
    });
    assert.deepEqual(
      image.config.rootfs.diff_ids,
      image.manifest.layers.map((layer: { digest: string }) => layer.digest),
    );
    assert.deepEqual(image.docker[0].RepoTags, ["docker.io/library/thing:1.0"]);
    for (const path of [image.docker[0].Config, ...image.docker[0].Layers]) {
      assert.ok(existsSync(join(folder, "unpacked", path)), path);
    }
    assert.equal(tar(image.layers[0]!, "-t"), "tmp/\n");
    // A folder of a lower layer is not listed again: that would set its mode back.
    assert.equal(tar(image.layers[1]!, "-t"), "bin/\nbin/alias\nbin/thing\ntmp/seed\n");
  });

  it("are the same bytes for the same content, wherever it lies", async () => {
    const one = await buildImage(spec(source("one", "program")), join(folder, "one.tar"));
    const two = await buildImage(spec(source("two", "program")), join(folder, "two.tar"));
    assert.equal(sha256(readFileSync(one.archive)), sha256(readFileSync(two.archive)));
    assert.equal(one.digest, two.digest);
  });

  it("take a folder with its links and modes", async () => {
    mkdirSync(join(folder, "tree/sub"), { recursive: true });
    source("tree/sub/run", "x", 0o700);
    source("tree/data", "x", 0o600);
    symlinkSync("sub/run", join(folder, "tree/go"));
    const built = await buildImage(
      { name: "a/b:1", layers: [{ files: [{ from: join(folder, "tree"), to: "/opt/tree", uid: 7 }] }] },
      join(folder, "tree.tar"),
    );
    const listing = tar(readImage(built.archive).layers[0]!, "-tv")
      .trim()
      .split("\n")
      .map((line) =>
        line
          .split(/ +/)
          .filter((_, column) => ![2, 3, 4].includes(column))
          .join(" "),
      );
    assert.deepEqual(listing, [
      "drwxr-xr-x 0/0 opt/",
      "drwxr-xr-x 7/0 opt/tree/",
      "-rw-r--r-- 7/0 opt/tree/data",
      "lrwxrwxrwx 7/0 opt/tree/go -> sub/run",
      "drwxr-xr-x 7/0 opt/tree/sub/",
      "-rwxr-xr-x 7/0 opt/tree/sub/run",
    ]);
  });

  it("are left alone while their content is the same, and made anew when it is not", async () => {
    const program = source("thing", "program");
    const out = join(folder, "out.tar");
    const build = async (change: () => unknown, more: Partial<ImageSpec> = {}) => {
      change();
      return (await buildImage(spec(program, more), out)).built;
    };
    assert.equal(await build(() => undefined), true);
    const first = statSync(out).mtimeMs;
    assert.equal(await build(() => undefined), false);
    assert.equal(await build(() => utimesSync(program, 1, 1)), false, "a new time alone is no change");
    assert.equal(statSync(out).mtimeMs, first);
    assert.equal(await build(() => source("thing", "changed")), true);
    assert.equal(await build(() => undefined, { user: "0" }), true);
    assert.equal(await build(() => undefined, { user: "0" }), false);
    assert.equal(await build(() => chmodSync(program, 0o644), { user: "0" }), true, "a mode is content");
    assert.equal(await build(() => rmSync(out), { user: "0" }), true);
    assert.equal(await build(() => writeFileSync(`${out}.build.json`, "torn{"), { user: "0" }), true);
    // No process has this id: Linux numbers them below 2^22.
    writeFileSync(`${out}.9999999.partial`, "left by a killed build");
    writeFileSync(`${out}.${process.ppid}.partial`, "of a build at work");
    await build(() => undefined);
    assert.deepEqual(
      readdirSync(folder).filter((file) => file.endsWith(".partial")),
      [`out.tar.${process.ppid}.partial`],
    );
  });

  for (const { what, layer, message } of [
    {
      what: "a missing source",
      layer: { files: [{ from: "/nowhere/tool", to: "/tool" }] },
      message: /needs \/nowhere\/tool, which does not exist\. Build it first/,
    },
    {
      what: "two claims on a path",
      layer: { files: [{ content: "a", to: "/a" }], symlinks: [{ to: "/a", target: "b" }] },
      message: /claim the path \/a/,
    },
    { what: "a relative path", layer: { files: [{ content: "a", to: "a" }] }, message: /has to be absolute/ },
  ]) {
    it(`refuse ${what} and leave nothing behind`, async () => {
      const out = join(folder, "out.tar");
      await assert.rejects(buildImage({ name: "a/b:1", layers: [layer] }, out), message);
      assert.equal(existsSync(out), false);
    });
  }
});

describe("lab images: the catalogue", () => {
  /** Programs that need not be the real ones; BusyBox has to answer. */
  function programs(): Programs {
    const busybox = source(
      "busybox",
      '#!/bin/sh\n[ "$1" = --list ] && printf "busybox\\nls\\nsh\\n" || echo "BusyBox v1.35.0 (Debian 1:1.35.0-4)"\n',
    );
    const names = [
      "pause",
      "registry",
      "traefik",
      "controller",
      "webhook",
      "cainjector",
      "coredns",
      "local-path-provisioner",
      "registry-ui",
    ];
    return { ...Object.fromEntries(names.map((name) => [name, source(name, name)])), busybox };
  }

  it("has every named image and BusyBox under the version it reports", () => {
    const specs = catalogue(programs());
    assert.deepEqual(
      specs.map((spec) => spec.name).sort(),
      [...Object.values(imageNames), "docker.io/library/busybox:1.35.0"].sort(),
    );
  });

  it("gives every image an absolute program, a temporary folder for all and an honest label", () => {
    for (const spec of catalogue(programs())) {
      const paths = spec.layers.flatMap((layer) => [...(layer.files ?? []), ...(layer.symlinks ?? [])].map((item) => item.to));
      const command = spec.entrypoint?.[0] ?? `/bin/${spec.cmd?.[0]}`;
      assert.ok(paths.includes(command), `${spec.name} runs ${command}`);
      assert.match(spec.labels?.["org.opencontainers.image.description"] ?? "", /assembled on this machine by the lab/);
      if (spec.name !== imageNames.pause) {
        assert.ok(
          spec.layers.some((layer) => layer.directories?.some(({ to, mode }) => to === "/tmp" && mode === 0o1777)),
          spec.name,
        );
      }
    }
  });

  it("says which program is missing", () => {
    assert.throws(
      () => catalogue({ ...programs(), coredns: "" }),
      /coredns:v1\.14\.1 needs the program coredns, which has not been built/,
    );
    assert.throws(
      () => busyboxImage(source("true", "#!/bin/sh\n")),
      /does not say which BusyBox it is\. Install Debian's package busybox-static/,
    );
    assert.throws(() => busyboxImage("/nowhere/busybox"), /cannot be run .*Install Debian's package/);
  });
});
