import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { parseConfig, type PlatformConfig } from "../../components/configuration";
import { schema } from "../../components/services/sections";
import { flavorFacts, type Flavor } from "../../components/services/localstack/flavorFacts";
import { images } from "../../kubernetes/images";

/*
 * The stack files are the reference that people read: every key is there, and what is said to be a default is one.
 */

const project = "homelab";

function read(stack: string): string {
  return readFileSync(join(__dirname, "..", "..", `Pulumi.${stack}.yaml`), "utf8");
}

function load(config: Record<string, unknown>): PlatformConfig {
  const values = Object.fromEntries(
    Object.entries({ "homelab:context": "any", ...config }).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const result = parseConfig({ project, stack: "test", values, secretKeys: new Set() });
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
}

/** Names of all keys of a schema, however wrapped. */
function keys(type: z.core.$ZodType): string[] {
  if (type instanceof z.ZodObject) {
    return Object.entries(type.shape).flatMap(([key, value]) => [key, ...keys(value as z.core.$ZodType)]);
  }
  if (type instanceof z.ZodArray) return keys(type.element);
  const inner = (type._zod.def as { innerType?: z.core.$ZodType }).innerType;
  return inner === undefined ? [] : keys(inner);
}

/** The file with what stands commented out for an example or a default made active, prose left out. */
function uncommented(text: string, keep: (line: string) => boolean): string {
  return text
    .split("\n")
    .map((line) => (/^\s*#/.test(line) && keep(line) ? line.replace(/# ?/, "") : line))
    .filter((line) => !/^\s*#/.test(line))
    .join("\n");
}

describe("the stack files", () => {
  for (const stack of ["homelab", "dev"]) {
    describe(`Pulumi.${stack}.yaml`, () => {
      const text = read(stack);
      const { config } = parse(text) as { config: Record<string, unknown> };

      it("has every key of the schema, active or as a comment", () => {
        const all = new Set(keys(schema));
        assert.ok(all.size > 30, `only ${all.size} keys were found in the schema`);
        for (const key of all) assert.match(text, new RegExp(`(^|[\\s{#:-])${key}:`, "m"), `${key} is not there`);
      });

      it("is a valid configuration", () => {
        load(config);
      });

      it("names nothing the platform does not know", () => {
        const known = Object.keys(schema.shape).map((key) => `homelab:${key}`);
        for (const key of Object.keys(config)) assert.ok(known.includes(key) || key === "pulumi:disable-default-providers", key);
      });

      it("states the defaults that the platform has", () => {
        // Of the two keys allowDelete the registry's is a flag; that of storage stands there as an example.
        const isDefault = (line: string) =>
          /^\s*# (entryPoint|plainEntryPoint|traefikNamespace|port|hsts|tuneTraefik|enabled|namespace|host|image|username|bcryptCost|metrics|allowDelete(?=: \w)|commonName): /.test(
            line,
          );
        const spoken = parse(uncommented(text, isDefault)) as { config: Record<string, unknown> };
        assert.deepEqual(load(spoken.config), load(config));
      });
    });
  }

  it("differ in their context: dev has none, so that nothing is done to a cluster by accident", () => {
    assert.equal((parse(read("homelab")) as { config: Record<string, unknown> }).config["homelab:context"], "homelab");
    assert.equal((parse(read("dev")) as { config: Record<string, unknown> }).config["homelab:context"], undefined);
  });

  it("images: the pins of the table are the defaults", () => {
    const { registry, localstack } = load({});
    assert.equal(registry.gate.image, images.gateway);
    assert.deepEqual(
      [registry.image, registry.ui.image, localstack.gateway.image],
      [images.registry, images.registryUi, images.gateway],
    );
    for (const [flavor, { image }] of Object.entries(flavorFacts)) assert.equal(image, images[flavor as Flavor]);
  });
});
