/*
 * Helm's post-renderer: what a chart rendered comes in on standard input and goes out, adapted, on standard output. Its
 * one argument are the settings as JSON. Exit code 1 and what is wrong on standard error when the app is refused: then
 * nothing of it has been created.
 */
import { readFileSync } from "node:fs";
import { parseAllDocuments, stringify } from "yaml";
import type { RegistryAccess } from "./images/client";
import { missingImages } from "./images/missing";
import { adapt, type AdaptSettings, type KubeObject } from "./adapt";

function isObject(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && "kind" in value && "metadata" in value;
}

/** Lists are taken apart, empty documents dropped. */
function parse(text: string): KubeObject[] {
  return parseAllDocuments(text, { logLevel: "error" })
    .flatMap((document): unknown[] => {
      const value: unknown = "toJS" in document ? document.toJS() : undefined;
      const items = isObject(value) && value.kind.endsWith("List") ? value.items : undefined;
      return Array.isArray(items) ? items : [value];
    })
    .filter(isObject);
}

async function imageProblems(objects: KubeObject[], { registry }: AdaptSettings): Promise<string[]> {
  if (registry === undefined) return [];
  const access = JSON.parse(readFileSync(registry.accessFile, "utf8")) as RegistryAccess;
  try {
    return await missingImages(objects, registry, access);
  } catch (error) {
    if (registry.preview) return [];
    return [`its images could not be looked for: ${(error as Error).message}`];
  }
}

function refuse(app: string, problems: string[]): void {
  process.stderr.write(`The app ${app} cannot be deployed like this; nothing of it was changed:\n`);
  for (const problem of problems) process.stderr.write(`  - ${problem}\n`);
  process.exitCode = 1;
}

async function main(settings: AdaptSettings): Promise<void> {
  const { objects, problems } = adapt(parse(readFileSync(0, "utf8")), settings);
  const found = problems.length > 0 ? problems : await imageProblems(objects, settings);
  if (found.length > 0) return refuse(settings.app, found);
  // Aliases would be read back as shared objects, which helm's parser does not know.
  process.stdout.write(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"));
}

const settings = JSON.parse(process.argv[2] ?? "{}") as AdaptSettings;
main(settings).catch((error: Error) => refuse(settings.app, [error.message]));
