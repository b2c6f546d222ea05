import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { NAMESPACE } from "../../components/configuration";
import { describeKeys } from "../../components/config/describe";
import { services } from "../../components/services";
import { schema } from "../../components/services/sections";
import { root } from "../../shared/paths";
import { PROJECT } from "../shared/project";
import { editorSchema } from "./editorSchema";
import { page } from "./page";
import { projectFile } from "./projectFile";
import { SCHEMA_FILE, stackFile } from "./stackFile";
import { stacks } from "./stacks";

/* The files that are made from the schemas. */

export interface GeneratedFile {
  /** Below the project's folder. */
  path: string;
  /** As it is; undefined if it is not there. */
  current: string | undefined;
  content: string;
  /** Somebody's own, and left as it is: a stack file in which they have chosen otherwise, a project that `pulumi new` has renamed. */
  own: boolean;
}

export function generatedFiles(): GeneratedFile[] {
  const described = describeKeys(schema);
  const former = services.flatMap(({ key, formerKeys = [] }) => formerKeys.map((name) => [name, key] as const));
  const made = (path: string, make: (current: string) => string): GeneratedFile => {
    const current = read(path);
    return { path, current, content: make(current ?? ""), own: false };
  };
  const project = made("Pulumi.yaml", (current) => projectFile(described, current));
  return [
    // `pulumi new` writes the file anew.
    { ...project, own: PROJECT !== NAMESPACE },
    ...stacks.map((stack) => {
      const file = made(`Pulumi.${stack.name}.yaml`, () => stackFile(described, stack));
      return { ...file, own: file.current !== undefined && !isShipped(file.current, stack.values) };
    }),
    made(SCHEMA_FILE, () => editorSchema(described, former)),
    made("docs/configuration.md", () => page(described)),
  ];
}

function read(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Whether a stack file says what the project's says, and nothing else (such as the salt of somebody's secrets). */
export function isShipped(text: string, values: Record<string, unknown>): boolean {
  try {
    return isDeepStrictEqual(parse(text), { config: values });
  } catch {
    return false;
  }
}
