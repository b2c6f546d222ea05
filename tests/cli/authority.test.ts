import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { changeOfRoot } from "../../cli/shared/authority/beforehand";
import {
  certificatesIn,
  isAnother,
  judge,
  signedByAnother,
  toPublish,
  untrusted,
  type Certificates,
} from "../../cli/shared/authority/judge";
import { run } from "../../shared/process";

describe("the authority that signs beside the one that clients trust", () => {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const pem = (name: string) => readFileSync(file(`${name}.crt`), "utf8");

  function root(name: string, subject: string, key = name): string {
    if (key === name) openssl("ecparam", "-genkey", "-name", "prime256v1", "-out", `${key}.key`);
    openssl("req", "-x509", "-new", "-key", `${key}.key`, "-days", "100", "-subj", `/CN=${subject}`, "-out", `${name}.crt`);
    return pem(name);
  }

  function server(name: string, authority: string, days = 90): string {
    openssl(
      "req",
      "-new",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      "s.key",
      "-subj",
      `/CN=${name}`,
      "-out",
      "s.csr",
    );
    writeFileSync(file("extensions"), `subjectAltName=DNS:${name}\n`);
    openssl(
      "x509",
      "-req",
      "-in",
      "s.csr",
      "-CA",
      `${authority}.crt`,
      "-CAkey",
      `${authority}.key`,
      "-days",
      String(days),
      "-extfile",
      "extensions",
      "-out",
      `${name}.crt`,
    );
    return pem(name);
  }

  let given: Record<"old" | "renamed" | "other", string>;
  let served: (certificate?: string) => Certificates["served"];

  before(() => {
    given = {
      old: root("old", "Home CA"),
      renamed: root("renamed", "Home CA of the family", "old"),
      other: root("other", "Home CA"),
    };
    run("cp", [file("old.key"), file("renamed.key")]);
    served = (certificate) => [{ namespace: "registry", name: "registry-tls", certificate }];
  });

  const findings = (certificates: Certificates, now = Date.now()) =>
    judge(certificates, now).map(({ about, what }) => `${about}: ${what}`);

  it("is well where they are the same and have signed what is served", () => {
    const well = { published: given.old, signing: given.old, served: served(server("a.test", "old")) };
    assert.equal(isAnother(well), false);
    assert.deepEqual(findings(well), []);
  });

  it("is another with another key, or with another name and the same key; what the former one signed is still trusted", () => {
    const leaf = served(server("b.test", "old"));
    for (const signing of [given.other, given.renamed]) {
      const certificates = { published: given.old, signing, served: leaf };
      assert.equal(isAnother(certificates), true);
      assert.equal(signedByAnother(certificates).length, 1);
      assert.deepEqual(untrusted(certificates, Date.now()), []);
      const [authority, ...rest] = findings(certificates);
      assert.match(authority!, /^authority: the root that signs is "Home CA.*" now.*`npm start`/);
      assert.deepEqual(rest, []);
    }
  });

  it("is handed out beside the former one as long as that is in use, and alone afterwards", () => {
    const published = toPublish(
      { published: given.old, signing: given.other, served: served(server("e.test", "old")) },
      Date.now(),
    );
    assert.deepEqual(certificatesIn(published), [given.other, given.old]);
    const both = { published, signing: given.other, served: served(server("f.test", "old")) };
    assert.equal(isAnother(both), false);
    const found = judge(both, Date.now());
    assert.equal(found.length, 1);
    assert.equal(found[0]!.well, true);
    assert.match(found[0]!.what, /1 certificates are still signed by the former root.*--renew-certificates/);
    assert.equal(toPublish(both, Date.now()), published);
    assert.equal(toPublish({ ...both, served: served(server("g.test", "other")) }, Date.now()), given.other);
  });

  it("is no longer handed out when it has expired itself", () => {
    const certificates = { published: given.old, signing: given.other, served: served(server("h.test", "old")) };
    const later = Date.now() + 101 * 86_400_000;
    assert.equal(toPublish(certificates, later), given.other);
    assert.equal(untrusted(certificates, later).length, 1);
  });

  it("has signed nothing that is served where no client trusts it: such a certificate is renewed at once", () => {
    const certificates = { published: given.old, signing: given.old, served: served(server("i.test", "other")) };
    assert.match(findings(certificates)[0]!, /^registry\/registry-tls: is signed by another root than those that clients trust/);
    assert.equal(untrusted(certificates, Date.now()).length, 1);
  });

  it("is missed where its Secret is gone, and so is a certificate that a route refers to", () => {
    const [authority, secret] = findings({ published: given.old, served: served() });
    assert.match(authority!, /^authority: its Secret cert-manager\/homelab-ca is gone/);
    assert.match(secret!, /^registry\/registry-tls: holds no certificate/);
  });

  it("reports what was not renewed in time", () => {
    const certificates = { published: given.old, signing: given.old, served: served(server("c.test", "old", 10)) };
    assert.deepEqual(findings(certificates), []);
    assert.match(findings(certificates, Date.now() + 8 * 86_400_000)[0]!, /registry-tls: is valid until .* was not renewed/);
  });

  it("is nobody's business where the platform has none of its own", () => {
    assert.deepEqual(findings({ published: "", served: served(server("d.test", "other")) }), []);
  });
});

describe("a change of the authority", () => {
  const root = (commonName: string, name = "homelab-ca") => ({
    apiVersion: "cert-manager.io/v1",
    kind: "Certificate",
    metadata: { name, namespace: "cert-manager" },
    spec: { commonName },
  });
  const event = (op: string, old?: object, now?: object): EngineEvent =>
    ({
      resourcePreEvent: {
        metadata: {
          op,
          urn: "urn:pulumi:home::homelab::kubernetes:cert-manager.io/v1:Certificate::root",
          type: "kubernetes:cert-manager.io/v1:Certificate",
          ...(old && { old: { inputs: old } }),
          ...(now && { new: { inputs: now } }),
        },
      },
    }) as unknown as EngineEvent;

  const table: [string, EngineEvent, RegExp | undefined][] = [
    ["another name", event("update", root("A"), root("B")), /another authority, "B" in place of "A": every device/],
    ["made anew", event("replace", root("A"), root("A")), /another authority, "A" in place of "A"/],
    ["taken away", event("delete", root("A")), /takes away the platform's authority "A"/],
    ["made for the first time", event("create", undefined, root("A")), undefined],
    [
      "changed in something else",
      event("update", root("A"), { ...root("A"), spec: { commonName: "A", duration: "1h" } }),
      undefined,
    ],
    ["another Certificate", event("update", root("A", "web"), root("B", "web")), undefined],
  ];
  for (const [what, given, expected] of table) {
    it(`is said beforehand: ${what}`, () => {
      const said = changeOfRoot([given]);
      if (expected === undefined) assert.equal(said, undefined);
      else assert.match(said ?? "", expected);
    });
  }
});
