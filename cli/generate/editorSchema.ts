import type { Description } from "../../components/config/describe";
import { fixedDefault } from "./words";

/*
 * JSON Schema of a stack file, for editors. It knows forms, words and bounds; what names and amounts look like, and what goes together,
 * the program checks. Draft 7, which every editor's language server reads. Pure.
 */

type Form = Record<string, unknown>;

/** What Pulumi writes in place of an encrypted value. */
const encrypted = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};
const reference: Form = { $ref: "#/definitions/encrypted" };

/** @param former keys that have another name now: [former, now] */
export function editorSchema(schema: Description, former: readonly (readonly [string, string])[]): string {
  const keys = Object.fromEntries(schema.members.map((section) => [`homelab:${section.key}`, sectionForm(section)]));
  const renamed = former.map(([name, key]) => [
    `homelab:${name}`,
    { ...keys[`homelab:${key}`], deprecationMessage: `It is called homelab:${key} now.`, doNotSuggest: true },
  ]);
  const document = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of the homelab platform",
    description: "Made by `npm run generate`.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: { ...keys, ...(Object.fromEntries(renamed) as Form) },
        // Pulumi's own keys, and those of its plugins.
        patternProperties: { "^(?!homelab:)[^:]+:.+$": {} },
        additionalProperties: false,
      },
    },
    definitions: { encrypted },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** A section may also be text of JSON, as `pulumi config set` writes it, or encrypted as a whole. */
function sectionForm(section: Description): Form {
  if (section.kind === "value") return valueForm(section);
  const { description, ...form } = formOf(section);
  return { description, anyOf: [form, { type: "string" }, reference] };
}

function formOf(description: Description): Form {
  const { kind, members, entry, form, exactlyOne } = description;
  if (kind === "value") return valueForm(description);
  if (kind === "list") {
    const one = entry === undefined ? form : { ...formOf(entry), ...(exactlyOne && { minProperties: 1, maxProperties: 1 }) };
    return { ...said(description), type: ["array", "null"], items: one };
  }
  const required = members.filter((member) => member.required).map(({ key }) => key);
  return {
    ...said(description),
    type: ["object", "null"],
    properties: Object.fromEntries(members.map((member) => [member.key, formOf(member)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function valueForm(description: Description): Form {
  const { form, secret } = description;
  if (secret) return { ...said(description), ...reference };
  const isText = Array.isArray(form.type) && form.type.includes("number");
  return { ...said(description), ...(isText ? { anyOf: [form, reference] } : form) };
}

/** What an editor shows of a key. */
function said(description: Description): Form {
  const { meaning, examples, defaultText, secret, kind, allowed } = description;
  const fixed = fixedDefault(description);
  const words = [
    meaning,
    kind === "map" || allowed === "" ? "" : `Allowed: ${allowed}`,
    defaultText === undefined ? "" : `Default: ${defaultText}`,
  ];
  return {
    ...(meaning !== "" && { description: words.filter((sentence) => sentence !== "").join("\n\n") }),
    ...(fixed !== undefined && { default: fixed }),
    ...(examples.length > 0 && !secret && { examples }),
  };
}
