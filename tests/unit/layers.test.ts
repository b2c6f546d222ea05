import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";

/* Imports point down: program, platform, services, blocks, builders. A new room takes its place in `layers`. */

const root = join(__dirname, "..", "..");

/** Rooms of components/ by height; a room imports only lower ones. Those in one room (two blocks, two services) never each other. */
const layers: string[] = ["config", "builders", "blocks", "services"];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
  /** Loaded only when it is needed: `await import("...")`. */
  late: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

/** Every relative import of a file: static, re-exported, dynamic, required. */
export function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean, late = false) => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier) && specifier.text.startsWith(".")) {
      const to = normalize(join(dirname(path), specifier.text)).replace(/\.js$/, "");
      found.push({ from: path, to, typeOnly, late });
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === "require"))
    ) {
      add(node.arguments[0], false, node.expression.kind === ts.SyntaxKind.ImportKeyword);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** A way from a file through its imports back to it, or undefined. */
export function circle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const search = (file: string, way: string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    const found = (graph.get(file) ?? []).map((next) => search(next, [...way, file])).find((each) => each !== undefined);
    done.add(file);
    return found;
  };
  return [...graph.keys()].map((file) => search(file, [])).find((each) => each !== undefined);
}

/** Whether a name inside a room is a file of the room's own, not a folder. */
function shared(room: string | undefined, name: string | undefined): boolean {
  return existsSync(join(root, "components", room ?? "", `${name}.ts`));
}

/** Why an import is not allowed, or undefined. */
export function violation({ from, to, typeOnly }: Omit<Import, "late">): string | undefined {
  const [top, room, inside, deep] = from.split("/") as [string, string | undefined, string | undefined, string | undefined];
  const [target, targetRoom, targetInside] = to.split("/") as [string, string | undefined, string | undefined];
  // The ground floor: facts and pure functions that all may use, and that use nothing of the house.
  if (top === "kubernetes") return target === "kubernetes" ? undefined : "kubernetes/ is the ground floor";
  // Its neighbour: running programs, progress, where commands keep their things. For what runs on a machine, so not for the packages.
  if (top === "shared") return target === "shared" ? undefined : "shared/ stands on nothing";
  if (target === "kubernetes") return undefined;
  if (top === "components") {
    // The one service that deploys what the policies are rendered to.
    if (inside === "admission" && target === "policies") return undefined;
    if (target !== "components") return `components/ imports nothing of ${target}/`;
    // What lies in components/ itself puts the rooms together.
    if (room === "pulumiInternals.ts") return `components/${room} stands on the SDK alone`;
    if (inside === undefined) return undefined;
    if (targetRoom === room) {
      // A room's own files are for its folders, and may list them (services/index.ts); folders do not know each other.
      // The block that is made of the others.
      if (room === "blocks" && inside === "webService") return undefined;
      const folders = deep !== undefined && !shared(room, targetInside) && targetInside !== inside;
      return folders ? `${room}/${inside} and ${room}/${targetInside} are neighbours` : undefined;
    }
    // What the SDK does not declare: a file that imports nothing of the house.
    if (targetRoom === "pulumiInternals") return undefined;
    const height = layers.indexOf(room ?? "");
    const targetHeight = layers.indexOf(targetRoom ?? "");
    if (height < 0) return `components/${room} has no place in the order of rooms`;
    if (targetHeight < 0) return "rooms do not import the platform that puts them together";
    if (targetRoom === "config" && room !== "services") {
      return typeOnly ? undefined : "only services and the program read the configuration; import its types";
    }
    return targetHeight < height ? undefined : `components/${room} is not above components/${targetRoom}`;
  }
  if (top === "policies" && target !== "policies") return "policies/ stands on the ground floor alone";
  if (top === "index.ts" && target !== "components") return "the program consists of components";
  if (top === "lab" && target !== "lab" && target !== "shared") return "the lab does not know what runs on it";
  return undefined;
}

describe("imports", () => {
  const files = ["index.ts", ...["kubernetes", "shared", "components", "policies", "lab", "cli"].flatMap(sources)];
  const imports = files.flatMap((path) => importsOf(path, readFileSync(join(root, path), "utf8")));

  it("are found at all", () => {
    assert.ok(imports.some(({ from, to }) => from === "index.ts" && to === "components/platform"));
    assert.ok(imports.some(({ from }) => from.startsWith("components/services/registry/")));
  });

  it("point downwards only", () => {
    const found = imports.flatMap((each) => {
      const reason = violation(each);
      return reason === undefined ? [] : [`${each.from} imports ${each.to}: ${reason}`];
    });
    assert.deepEqual(found, []);
  });

  const fileOf = (to: string) => [`${to}.ts`, join(to, "index.ts")].find((path) => files.includes(path));

  for (const command of ["start", "stop", "preview", "health", "backup", "restore"]) {
    it(`load nothing of the lab for \`npm run ${command}\` for a cluster of the user's own`, () => {
      const reached = new Set([join("cli", `${command}.ts`)]);
      for (const file of reached) {
        for (const { to, typeOnly, late } of imports.filter(({ from }) => from === file)) {
          if (!typeOnly && !late && fileOf(to) !== undefined) reached.add(fileOf(to)!);
        }
      }
      assert.ok(reached.has(join("cli", "clusters", "context.ts")));
      assert.deepEqual(
        [...reached].filter((file) => file.startsWith("lab/")),
        [],
      );
    });
  }

  it("go in no circle, not even for a type", () => {
    const graph = new Map(files.map((path) => [path, [] as string[]]));
    for (const { from, to } of imports) {
      const target = fileOf(to);
      if (target !== undefined && target !== from) graph.get(from)!.push(target);
    }
    assert.deepEqual(circle(graph), undefined);
  });

  it("would be seen to go in a circle", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["b"]],
    ]);
    assert.deepEqual(circle(graph), ["b", "d", "b"]);
  });

  const forbidden: [string, string][] = [
    ["kubernetes/x.ts", 'import { isRecord } from "../policies/core/field";'],
    ["components/builders/pods.ts", 'import { Volume } from "../blocks/storage";'],
    ["components/blocks/routing/x.ts", 'import { Issuer } from "../certificates";'],
    ["components/blocks/namespace/x.ts", 'import x from "../../services/registry/registry";'],
    ["components/services/registry/x.ts", 'import { Localstack } from "../localstack/localstack";'],
    ["components/services/registry/x.ts", 'export * from "../../platform";'],
    ["components/services/registry/x.ts", 'const a = require("../../../lab/engine/build");'],
    ["components/builders/x.ts", 'import { loadStackConfig } from "../config/load";'],
    ["components/config/x.ts", 'import { registry } from "../services/registry/schema";'],
    ["policies/rules/x.ts", 'const a = await import("../../components/services/registry/registry");'],
    ["policies/rules/x.ts", 'import { labels } from "../../components/builders/labels";'],
    ["lab/engine/x.ts", 'import x from "../../cli/start";'],
    ["shared/x.ts", 'import { images } from "../kubernetes/images";'],
    ["components/services/registry/x.ts", 'import { run } from "../../../shared/process";'],
    ["policies/rules/x.ts", 'import { run } from "../../shared/process";'],
    ["lab/engine/x.ts", 'import x from "../../components/builders/labels";'],
  ];
  for (const [path, text] of forbidden) {
    it(`would be refused: ${path}: ${text}`, () => {
      assert.ok(importsOf(path, text).some((each) => violation(each) !== undefined));
    });
  }

  it("of types of the configuration are allowed everywhere", () => {
    const [found] = importsOf("components/builders/x.ts", 'import type { StorageConfig } from "../config/types";');
    assert.equal(violation(found!), undefined);
  });

  it("leave what the SDK does not declare to one file", () => {
    const reaching = files
      .filter((path) => path.startsWith("components/") || path === "index.ts")
      .filter((path) => /from "@pulumi\/pulumi\//.test(readFileSync(join(root, path), "utf8")));
    assert.deepEqual(reaching, ["components/pulumiInternals.ts"]);
  });

  it("leave the configuration to the program: no room but config asks Pulumi for it", () => {
    const asking = files
      .filter((path) => path.startsWith("components/") && !path.startsWith("components/config/"))
      .filter((path) => /pulumi\.Config\b|allConfig|getConfig\(/.test(readFileSync(join(root, path), "utf8")));
    assert.deepEqual(asking, []);
  });
});
