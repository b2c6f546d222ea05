import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { addons, type KubernetesObject } from "../../../lab/cluster/addons";
import { find, ofKind, parameters, type DefinitionSpec, type Schema } from "./given";

describe("lab add-ons: definitions of kinds", () => {
  const definitions = ofKind("CustomResourceDefinition").map((object) => ({ object, spec: object.spec as DefinitionSpec }));

  it("are Traefik's ten, cert-manager's six and K3s' one", () => {
    const count = (group: RegExp) => definitions.filter(({ spec }) => group.test(spec.group)).length;
    assert.deepEqual(
      [count(/^traefik\.io$/), count(/cert-manager\.io$/), count(/^helm\.cattle\.io$/), definitions.length],
      [10, 6, 1, 17],
    );
  });

  for (const { object, spec } of definitions) {
    it(`${object.metadata.name} is named after its kind and has one structural version`, () => {
      assert.equal(object.metadata.name, `${spec.names.plural}.${spec.group}`);
      assert.equal(spec.names.plural, `${spec.names.kind.toLowerCase()}s`);
      assert.equal(spec.versions.length, 1);
      const version = spec.versions[0]!;
      assert.ok(version.served && version.storage);
      assertStructural(version.schema.openAPIV3Schema, object.metadata.name);
      assert.equal(
        spec.group.endsWith("cert-manager.io"),
        version.subresources !== undefined,
        "status is written by cert-manager's controllers only",
      );
      assert.ok(version.additionalPrinterColumns.some((column) => column.name === "Age"));
    });
  }

  /** Structural schemas (Kubernetes, "Specifying a structural schema"): a type at every place, also of what is inside. */
  function assertStructural(schema: Schema, place: string): void {
    assert.ok(schema.type, `${place} has no type`);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) assertStructural(inner, `${place}.${name}`);
  }

  it("are cluster-wide for ClusterIssuer alone", () => {
    assert.deepEqual(
      definitions.filter(({ spec }) => spec.scope === "Cluster").map(({ spec }) => spec.names.kind),
      ["ClusterIssuer"],
    );
  });

  it("give no two kinds of a group the same short name", () => {
    const names = definitions.flatMap(({ spec }) => (spec.names.shortNames ?? []).map((name) => `${name}.${spec.group}`));
    assert.equal(new Set(names).size, names.length);
  });

  describe("with the programs' own definitions at hand", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "definitions-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** The made definitions in files as the modules lay them out, each with a mark. */
    function write(leaveOut?: string) {
      const marked = definitions.map(({ object }) => ({
        ...object,
        metadata: { name: object.metadata.name, labels: { app: "{{ template }}" } },
        spec: { ...(object.spec as object), mark: "original" },
      }));
      const traefik = join(folder, "traefik.yml");
      writeFileSync(
        traefik,
        marked
          .filter(({ spec }) => (spec as unknown as DefinitionSpec).group === "traefik.io")
          .map((object) => stringify(object))
          .join("---\n"),
      );
      const certManager = join(folder, "cert-manager");
      mkdirSync(certManager);
      writeFileSync(join(certManager, "README.md"), "not a definition");
      for (const object of marked) {
        const { group } = object.spec as unknown as DefinitionSpec;
        if (group.endsWith("cert-manager.io") && object.metadata.name !== leaveOut) {
          writeFileSync(join(certManager, `${object.metadata.name}.yaml`), stringify(object));
        }
      }
      return { traefik, certManager };
    }
    const marksOf = (from: KubernetesObject[]) =>
      Object.fromEntries(
        ofKind("CustomResourceDefinition", from).map((object) => [object.metadata.name, (object.spec as { mark?: string }).mark]),
      );

    it("they are taken, without a chart's placeholders, and say so", () => {
      const taken = addons({ ...parameters, definitions: write() });
      const marks = marksOf(taken);
      assert.equal(Object.values(marks).filter((mark) => mark === "original").length, 16);
      assert.equal(marks["helmchartconfigs.helm.cattle.io"], undefined);
      const certificate = find("CustomResourceDefinition", "certificates.cert-manager.io", taken);
      assert.doesNotMatch(JSON.stringify(certificate.metadata), /\{\{/);
      assert.equal(certificate.metadata.annotations?.["homelab.lab/schema"], "cert-manager v1.11.5");
    });

    it("a set that lacks a kind is not mixed with made ones", () => {
      const marks = marksOf(addons({ ...parameters, definitions: write("orders.acme.cert-manager.io") }));
      assert.equal(Object.entries(marks).filter(([name, mark]) => /cert-manager/.test(name) && mark).length, 0);
      assert.equal(marks["ingressroutes.traefik.io"], "original");
    });
  });
});
