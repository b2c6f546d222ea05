/** localstack-persist, which no package registry has: its source, put into LocalStack as its Dockerfile does it. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flavors } from "../../../components/services/localstack/flavors";
import { pipInstall, SITE } from "../../../lab/images/localstack";
import { UserError } from "../../../shared/process";

/** What its Dockerfile installs beside it. */
const BESIDE = ["jsonpickle==4.1.1", "watchdog==6.0.0"];

/**
 * The version of LocalStack that the source is for: the first that its list of changes names.
 * @throws UserError where the folder is no such source
 */
export function persistVersion(source: string): string {
  const changes = join(source, "CHANGELOG.md");
  const version = existsSync(changes) ? /^## \[(\d+\.\d+\.\d+)\]/m.exec(readFileSync(changes, "utf8"))?.[1] : undefined;
  if (version === undefined || !existsSync(join(source, "src", "localstack_persist"))) {
    throw new UserError(
      `${source} is no source of localstack-persist. Give the folder of a clone of github.com/GREsau/localstack-persist.`,
    );
  }
  return version;
}

/** @param root the files of LocalStack's image */
export function addPersist(root: string, source: string): void {
  const work = mkdtempSync(join(tmpdir(), "homelab-persist-"));
  try {
    for (const name of ["setup.cfg", "setup.py", "src"]) {
      cpSync(join(source, name), join(work, "source", name), { recursive: true });
    }
    pipInstall(root, work, [...BESIDE, "/mnt/source", ""].join("\n"));
    cpSync(join(work, "site"), join(root, SITE), { recursive: true });
    mkdirSync(join(root, flavors["localstack-persist"].dataPath), { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
