import assert from "node:assert/strict";
import { httpsHost } from "../../components/config/names";
import { imageProblem } from "../../components/config/image";
import { parseImage, splitImage } from "../../kubernetes/image";
import { editDistance, nearest } from "../../components/config/nearest";
import { addressProblem, emailProblem, rangeProblem } from "../../components/config/network";

describe("addresses", () => {
  for (const text of ["192.168.1.10", "127.0.0.1", "10.0.0.255", "fd00::10", "::1", "2001:db8::1"]) {
    it(`is one: ${text}`, () => assert.equal(addressProblem(text), undefined));
  }
  const wrong: [string, RegExp][] = [
    ["", /empty/],
    ["192.168.1.0/24", /range/],
    ["fe80::1%eth0", /zone/],
    ["192.168.1", /not an IP/],
    ["192.168.001.010", /not an IP/],
    ["traefik", /not an IP/],
    ["0.0.0.0", /every address/],
    ["::", /every address/],
    ["224.0.0.251", /multicast/],
    ["ff02::fb", /multicast/],
  ];
  for (const [text, cause] of wrong) it(`is none: ${text}`, () => assert.match(addressProblem(text) ?? "right", cause));
});

describe("address ranges", () => {
  for (const text of ["192.168.1.0/24", "10.0.0.0/8", "0.0.0.0/0", "192.168.1.10/32", "fd00::/8", "::/0", "::1/128"]) {
    it(`is one: ${text}`, () => assert.equal(rangeProblem(text), undefined));
  }
  const wrong: [string, RegExp, string?][] = [
    ["", /empty/],
    ["192.168.1.10", /no prefix/, "192.168.1.10/32"],
    ["fd00::1", /no prefix/, "fd00::1/128"],
    ["192.168.1.7/24", /inside a range/, "192.168.1.0/24"],
    ["255.255.255.255/1", /inside a range/, "128.0.0.0/1"],
    ["10.0.0.0/33", /not 0-32/],
    ["fd00::/129", /not 0-128/],
    ["10.0.0.0/", /not 0-32/],
    ["10.0.0.0/08", /not 0-32/],
    ["10.0.0.0/8/8", /not an address range/],
    ["10.0.0.0-10.0.0.9", /not an address range/],
    ["fe80::%eth0/64", /not an address range/],
  ];
  for (const [text, cause, repair] of wrong) {
    it(`is none: ${text}`, () => {
      assert.match(rangeProblem(text)?.cause ?? "right", cause);
      assert.equal(rangeProblem(text)?.repair, repair);
    });
  }
});

describe("e-mail addresses and servers of ACME accounts", () => {
  it("addresses", () => {
    for (const text of ["me@smith.family", "a.b+c@mail.smith.dev"]) assert.equal(emailProblem(text), undefined, text);
    for (const text of ["", "me", "me@", "@smith.dev", "me@smith", "a b@smith.dev", "me@example.com", "me@x.example.org"]) {
      assert.notEqual(emailProblem(text), undefined, text);
    }
  });
  it("servers", () => {
    assert.equal(httpsHost("https://ca.homelab.internal:9000/acme"), "ca.homelab.internal");
    assert.equal(httpsHost("https://192.168.1.1/acme"), "192.168.1.1");
    for (const text of ["http://ca.lab/acme", "ca.lab", "https://user:word@ca.lab/", "https://ca lab/", "https://"]) {
      assert.equal(httpsHost(text), undefined, text);
    }
  });
});

describe("image references", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  for (const text of [
    "registry:3.1.1",
    "docker.io/library/registry:3.1.1",
    "localhost:5000/a/b/c:v1",
    "localhost/app:1",
    "my-registry:5000/app:1",
    "ghcr.io/a__b/c-d.e:1.0_x-Y",
    `app@${digest}`,
    `app:latest@${digest}`,
  ]) {
    it(`is one: ${text.slice(0, 40)}`, () => assert.equal(imageProblem(text), undefined));
  }
  const wrong: [string, RegExp][] = [
    ["", /empty/],
    ["app", /no tag/],
    ["localhost:5000/app", /no tag/],
    ["app:latest", /latest/],
    ["docker.io/App:1", /capital/],
    ["https://ghcr.io/app:1", /URL/],
    ["ghcr.io/app :1", /white space/],
    ["ghcr.io/app:", /not an image/],
    ["ghcr.io/app:a/b:1", /not an image/],
    ["app@sha256:1234", /not an image/],
    ["ghcr.io//app:1", /not an image/],
    ["-app:1", /not an image/],
    [`app@md5:${"0".repeat(32)}`, /not an image/],
    ["0".repeat(64), /not an image/],
    [`${"a".repeat(256)}:1`, /not an image/],
  ];
  for (const [text, cause] of wrong) {
    it(`is none: ${text.slice(0, 40)}`, () => assert.match(imageProblem(text) ?? "right", cause));
  }
  it("has its parts", () => {
    assert.deepEqual(parseImage(`lab.local:5000/a/b:1@${digest}`), {
      registry: "lab.local:5000",
      repository: "a/b",
      tag: "1",
      digest,
    });
    assert.equal(splitImage("joxit/ui:2")?.registry, undefined);
    assert.deepEqual(parseImage("nginx"), {
      registry: "docker.io",
      repository: "library/nginx",
      tag: undefined,
      digest: undefined,
    });
    assert.equal(parseImage("index.docker.io/org/app")?.registry, "docker.io");
    assert.equal(parseImage("Mirror/app")?.registry, "Mirror");
    assert.equal(parseImage("org/app")?.repository, "org/app");
  });
});

describe("the nearest word", () => {
  it("counts letters to change, and neighbours swapped as one", () => {
    const table: [string, string, number][] = [
      ["", "", 0],
      ["", "abc", 3],
      ["host", "hots", 1],
      ["kitten", "sitting", 3],
      ["REGISTRY", "registry", 0],
    ];
    for (const [from, to, distance] of table) assert.equal(editDistance(from, to), distance, `${from} ${to}`);
  });
  it("is found when near, and only then", () => {
    const known = ["host", "image", "username", "users", "storage"];
    assert.equal(nearest("hots", known), "host");
    assert.equal(nearest("user", known), "users");
    assert.equal(nearest("Storage", known), "storage");
    assert.equal(nearest("color", known), undefined);
    assert.equal(nearest("x", known), undefined);
  });
});
