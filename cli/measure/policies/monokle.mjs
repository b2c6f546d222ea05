// Judges every manifest of a folder with @monokle/validation, by its rules on practices and Pod Security Standards, which need
// no schemas from the network. Copied beside an installation of that package and run there.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createDefaultMonokleValidator } from "@monokle/validation";
import { parse } from "yaml";

const [folder] = process.argv.slice(2);
const resources = readdirSync(folder)
  .sort()
  .flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split(/^---\n/m)
      .map((text, index) => {
        const content = parse(text);
        const { apiVersion, kind, metadata } = content;
        const id = `${file}#${index}`;
        const place = { fileId: file, filePath: file, fileOffset: 0 };
        return { id, ...place, apiVersion, kind, name: metadata.name, namespace: metadata.namespace, text, content };
      }),
  );
const validator = createDefaultMonokleValidator();
await validator.preload({
  plugins: {
    practices: true,
    "pod-security-standards": true,
    "yaml-syntax": false,
    "kubernetes-schema": false,
    "resource-links": false,
  },
});
const { runs } = await validator.validate({ resources });
console.log(
  JSON.stringify({ resources: resources.length, findings: runs.reduce((sum, { results }) => sum + results.length, 0) }),
);
