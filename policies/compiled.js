// What has to start fast runs from one compiled file, made anew whenever one of its sources has changed: the pack, which Pulumi
// starts at every preview, and `npm run check`. Plain JavaScript, because it is there before anything is compiled.
"use strict";
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const folder = join(root, "node_modules", ".cache", "homelab");

/**
 * The compiled file of a program: of `entry`, relative to the project. Undefined where none can be made or kept (installed
 * without the development tools, a folder that is read-only): the sources then have to run as they are.
 */
function compiled(name, entry) {
  const [file, stamp] = [join(folder, `${name}.js`), join(folder, `${name}.json`)];
  try {
    const known = readFileSync(stamp, "utf8");
    if (stampOf(Object.keys(JSON.parse(known))) === known && statSync(file).isFile()) return file;
  } catch {
    // Not compiled yet, or a source is gone.
  }
  try {
    return compile(entry, file, stamp);
  } catch {
    return undefined;
  }
}

function compile(entry, file, stamp) {
  const { metafile, outputFiles } = require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    metafile: true,
    write: false,
    platform: "node",
    target: "node20",
    logLevel: "silent",
    // What Pulumi has loaded already to run the pack.
    external: ["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf"],
  });
  const sources = stampOf(Object.keys(metafile.inputs));
  mkdirSync(folder, { recursive: true });
  write(file, outputFiles[0].contents);
  write(stamp, sources);
  return file;
}

/** Size and time of every source, by its path. */
function stampOf(sources) {
  const entries = sources.map((source) => {
    const { size, mtimeMs } = statSync(join(root, source));
    return [source, `${size} ${mtimeMs}`];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

/** In one step, since two runs may compile at once. */
function write(file, content) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

module.exports = { compiled };
