import assert from "node:assert/strict";
import { meantRegistrations, registrations, type Registrations, variants } from "./registrations";

/** Per variant: what is registered under which URN. */
function byVariant(all: Registrations): Record<string, Record<string, unknown>> {
  const sorted: Record<string, Record<string, unknown>> = Object.fromEntries(Object.keys(variants()).map((name) => [name, {}]));
  for (const [urn, ways] of Object.entries(all)) {
    for (const { variants: names, registered } of ways) {
      for (const name of names) (sorted[name] ??= {})[urn] = registered;
    }
  }
  return sorted;
}

describe("what the engine is asked for", () => {
  let now: Record<string, Record<string, unknown>>;
  let meant: Record<string, Record<string, unknown>>;

  before(async () => {
    now = byVariant(await registrations());
    meant = byVariant(meantRegistrations());
  });

  const advice =
    "If it is meant, write it down: npx tsx tests/program/registrations.ts; a resource with another URN needs an alias.";

  for (const name of Object.keys(variants())) {
    it(`is what it was, in the variant ${name}`, () => {
      assert.ok(Object.keys(now[name]!).length > 10, "nothing was registered");
      assert.deepEqual(Object.keys(now[name]!), Object.keys(meant[name]!), `Other resources than before. ${advice}`);
      for (const [urn, registered] of Object.entries(now[name]!)) {
        assert.deepEqual(registered, meant[name]![urn], `${urn} is registered in another way. ${advice}`);
      }
    });
  }
});
