// `npm run check` runs on every save and in every pipeline: it starts from one compiled file, made anew whenever one of its
// sources has changed. Plain JavaScript, as the door itself.
"use strict";
const { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const folder = join(root, "node_modules", ".cache", "homelab");

/** The compiled file of a command; undefined where it cannot be kept, so that the sources have to run as they are. */
function bundled(command) {
  const [file, stamp] = [join(folder, `${command}.js`), join(folder, `${command}.json`)];
  try {
    if (readFileSync(stamp, "utf8") === stampOf(Object.keys(JSON.parse(readFileSync(stamp, "utf8"))))) return file;
  } catch {
    // Not compiled yet, or a source is gone.
  }
  try {
    return compile(command, file, stamp);
  } catch {
    return undefined;
  }
}

function compile(command, file, stamp) {
  const { metafile, outputFiles } = require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: [join("cli", `${command}.ts`)],
    outfile: file,
    bundle: true,
    metafile: true,
    write: false,
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  mkdirSync(folder, { recursive: true });
  write(file, outputFiles[0].contents);
  write(stamp, stampOf(Object.keys(metafile.inputs)));
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

module.exports = { bundled };
