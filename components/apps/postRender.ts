/*
 * Helm's post-renderer: what a chart rendered comes in on standard input and goes out, adapted, on standard output. Its
 * one argument are the settings as JSON. Exit code 1 and what is wrong on standard error when the app is refused: then
 * nothing of it has been created.
 */
import { readFileSync } from "node:fs";
import { parseAllDocuments, stringify } from "yaml";
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

const settings = JSON.parse(process.argv[2] ?? "{}") as AdaptSettings;
const { objects, problems } = adapt(parse(readFileSync(0, "utf8")), settings);
if (problems.length > 0) {
    process.stderr.write(`The app ${settings.app} cannot be deployed like this; nothing was changed:\n`);
    for (const problem of problems) process.stderr.write(`  - ${problem}\n`);
    process.exitCode = 1;
} else {
    // Aliases would be read back as shared objects, which helm's parser does not know.
    process.stdout.write(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join("---\n"));
}
