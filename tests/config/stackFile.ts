import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ConfigInput } from "../../components/configuration";

/**
 * What stands for the ciphertext in a fixture, and what the engine would decrypt it to. `short-secret` and the others
 * say what is special about a value; none is a password of anything.
 */
export const SECRETS: Record<string, string> = {
  "good-secret": "correct horse battery staple",
  "other-secret": "tr0ub4dor-and-three",
  "short-secret": "sesame7",
  "empty-secret": "",
  "nul-secret": "open\0sesame-open",
  "line-break-secret": "open-sesame\n",
  "bytes-73-secret": "ä".repeat(36) + "z",
  "bytes-72-secret": "ä".repeat(36),
  "placeholder-secret": "<password>",
  "host-secret": "Hidden_Host.homelab.home.arpa",
  "limit-secret": "3m",
  "token-secret": "ls-a-licence-of-nobody",
};

export interface Fixture {
  name: string;
  content: Record<string, unknown> & { config: Record<string, unknown> };
}

export function readFixtures(folder: "accepted" | "rejected"): Fixture[] {
  const path = join(__dirname, "../fixtures/config", folder);
  return readdirSync(path)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => ({ name: file.replace(/\.yaml$/, ""), content: parse(readFileSync(join(path, file), "utf8")) }));
}

/**
 * A stack file's `config` as the engine hands it to a program: scalars as text, maps and lists as JSON with the
 * encrypted values decrypted in place, and the names of the keys that hold a secret anywhere.
 */
export function asInput(config: Record<string, unknown>, stack = "test"): ConfigInput {
  const values: Record<string, string> = {};
  const secretKeys = new Set<string>();
  for (const [key, stored] of Object.entries(config)) {
    const decrypted = decrypt(stored, () => secretKeys.add(key));
    values[key] = decrypted === undefined || decrypted === null ? "" : textOf(decrypted);
  }
  return { project: "homelab", stack, values, secretKeys, home: "/home/someone" };
}

const textOf = (value: NonNullable<unknown>) => (typeof value === "string" ? value : JSON.stringify(value));

function decrypt(value: unknown, onSecret: () => void): unknown {
  if (Array.isArray(value)) return value.map((entry) => decrypt(entry, onSecret));
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) {
    onSecret();
    const secret = SECRETS[String(value.secure)];
    if (secret === undefined) throw new Error(`no test value for secure: ${String(value.secure)}`);
    return secret;
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, decrypt(member, onSecret)]));
}
