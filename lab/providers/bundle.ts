/** Bundles a provider's TypeScript into one JavaScript file, so that a plugin process starts without compiling. */
import { build } from "esbuild";

/** Writes `outFile` from `entry`. What the SDK needs only for programs written in TypeScript stays outside. */
export async function bundle(entry: string, outFile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: outFile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["typescript", "ts-node", "esbuild"],
    logLevel: "error",
  });
}
