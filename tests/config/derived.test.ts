import assert from "node:assert/strict";
import { z } from "zod";
import { type Description, describeKeys, nameOf, valuesOf } from "../../components/config/describe";
import type { Path } from "../../components/config/finding";
import { unwrap } from "../../components/config/meta";
import { parseConfig } from "../../components/configuration";
import { schema } from "../../components/services/sections";
import { asInput } from "./stackFile";

/* What holds for every key there is, from the schema itself. */

const values = valuesOf(describeKeys(schema));

/** Examples that nobody can mean: they are refused until a person has put a value of their own there. */
const toBeReplaced = ["certificates.acme.email"];

/** The schema of a key by itself. */
function schemaAt(path: Path): z.core.$ZodType {
  return path.reduce<z.core.$ZodType>((above, part) => {
    const inner = unwrap(above);
    if (inner instanceof z.ZodArray) return inner.element;
    return (inner as z.ZodObject).shape[String(part)] as z.core.$ZodType;
  }, schema);
}

describe("every key", () => {
  for (const { path, examples, default: fixed } of values) {
    const name = nameOf(path);
    it(`${name}: takes its examples and its default`, () => {
      for (const value of [...examples, ...(fixed === undefined || fixed === "" ? [] : [fixed])]) {
        const result = z.safeParse(schemaAt(path), value);
        const isRight = !toBeReplaced.includes(name);
        assert.equal(result.success, isRight, `${JSON.stringify(value)}: ${result.error?.message}`);
      }
    });

    it(`${name}: refuses what is of another kind, by name, with what is allowed and what to do`, () => {
      const result = parseConfig(asInput({ "homelab:context": "home", ...configWith(path, wrongFor(path)) }));
      assert.ok(!result.ok, "it was accepted");
      const key = `homelab:${name.replaceAll("[]", "[0]")}`;
      const problem = result.problems.find((one) => one.key === key || one.key.startsWith(`${key}[`));
      assert.ok(problem, `the mistake is not told, but ${result.problems.map((one) => one.key).join(", ")}`);
      for (const words of [problem.cause, problem.allowed, problem.fix]) assert.notEqual(words, "");
    });
  }
});

/** A value of a kind that does not belong there. */
function wrongFor(path: Path): unknown {
  const { kind, form }: Description = describeKeys(schemaAt(path));
  if (kind === "list") return { a: "map" };
  return form.type === "object" ? ["a list"] : path.length === 1 ? "\u0000" : { a: "map" };
}

function configWith(path: Path, value: unknown): Record<string, unknown> {
  const [section, ...rest] = path;
  const [block] = rest;
  // Of the blocks of the modes only that of the mode in use may be there.
  if (section === "certificates" && ["acme", "issuer", "secret"].includes(String(block))) {
    return { "homelab:certificates": { mode: block, [String(block)]: { [String(rest[1])]: value } } };
  }
  return { [`homelab:${section}`]: rest.reduceRight((below, part) => (part === 0 ? [below] : { [part]: below }), value) };
}
