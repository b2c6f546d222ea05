import { sample } from "../../cli/generate/words";
import { describeKeys } from "../../components/config/describe";
import { schema } from "../../components/services/sections";

/** Stands in examples for whatever is stored encrypted. */
export const SECRET = "a-secret-of-nobody";

/** What the schemas give as an example of a key, `localstack.buckets`, with everything in it that its entry has. */
export function exampleOf(name: string): unknown {
  const found = name.split(".").reduce((map, key) => map.members.find((member) => member.key === key)!, describeKeys(schema));
  return decrypted(sample(found));
}

function decrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decrypted);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return SECRET;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decrypted(member)]));
}
