import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../shared/paths";
import { generatedFiles } from "./generate/files";
import { command, DONE } from "./shared/command";

function run(): Promise<number> {
  for (const { path, current, content, own } of generatedFiles()) {
    if (own) {
      console.log(`${path}: left as it is, for it is your own; docs/configuration.md has every key`);
    } else if (current !== content) {
      writeFileSync(join(root, path), content);
      console.log(`${path}: written`);
    } else {
      console.log(`${path}: up to date`);
    }
  }
  return Promise.resolve(DONE);
}

command({
  name: "generate",
  usage: "",
  help: `
Writes what is made from the schemas of the services: the keys in Pulumi.yaml, the stack files of the project with their comments,
homelab.schema.json for editors, docs/configuration.md. A stack file with values of your own is left as it is.`,
  run,
});
