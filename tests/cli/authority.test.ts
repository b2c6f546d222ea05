import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAnother, judge, signedByAnother, type Certificates } from "../../cli/shared/authority/judge";
import { run } from "../../lab/shared/process";

describe("the authority that signs beside the one that clients were told", () => {
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
    const well = { told: given.old, signing: given.old, served: served(server("a.test", "old")) };
    assert.equal(isAnother(well), false);
    assert.deepEqual(findings(well), []);
  });

  it("is another with another key, or with another name and the same key", () => {
    const leaf = served(server("b.test", "old"));
    for (const signing of [given.other, given.renamed]) {
      const certificates = { told: given.old, signing, served: leaf };
      assert.equal(isAnother(certificates), true);
      assert.equal(signedByAnother(certificates).length, 1);
      const [authority, secret] = findings(certificates);
      assert.match(authority!, /^authority: the root that signs is "Home CA.*" now.*`npm start`/);
      assert.match(secret!, /^registry\/registry-tls: is signed by another root/);
    }
  });

  it("is missed where its Secret is gone, and so is a certificate that a route refers to", () => {
    const [authority, secret] = findings({ told: given.old, served: served() });
    assert.match(authority!, /^authority: its Secret cert-manager\/homelab-ca is gone/);
    assert.match(secret!, /^registry\/registry-tls: holds no certificate/);
  });

  it("tells what was not renewed in time", () => {
    const certificates = { told: given.old, signing: given.old, served: served(server("c.test", "old", 10)) };
    assert.deepEqual(findings(certificates), []);
    assert.match(findings(certificates, Date.now() + 8 * 86_400_000)[0]!, /registry-tls: is valid until .* was not renewed/);
  });

  it("is nobody's business where the platform has none of its own", () => {
    assert.deepEqual(findings({ told: "", served: served(server("d.test", "other")) }), []);
  });
});
