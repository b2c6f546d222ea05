import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { byHandScript, copierScript, restorerScript } from "../../components/services/apps/copies/scripts";
import { needProgram } from "../../lab/engine/requirements";
import { parseStatus, type CopierStatus } from "../../cli/shared/copies/status";

/* The real scripts under a real shell with the real sqlite3, on folders in place of the claims. */

/** Shells in which they run: Debian's, and BusyBox's, which the images have. */
export const shells = [["sh"], ["busybox", "sh"]];

/** Installs what the scripts need, where it is not here. @throws UserError where it cannot be had */
export async function needPrograms([shell]: string[]): Promise<void> {
  await needProgram("sqlite3", "sqlite3");
  if (shell === "busybox") await needProgram("busybox", "busybox-static");
}

export interface Answer {
  status: number;
  stdout: string;
  stderr: string;
}

export class Place {
  readonly root = mkdtempSync(join(tmpdir(), "copies-"));
  readonly data = join(this.root, "data");
  readonly backups = join(this.root, "backups");
  readonly state = join(this.root, "state");
  readonly file = join(this.data, "app.db");
  /** What the scripts read from their environment. */
  env: Record<string, string> = {
    DATABASES: this.file,
    MOUNTS: this.data,
    BACKUPS: this.backups,
    STATE: this.state,
    REPORT: join(this.root, "report"),
    EVERY_MINUTES: "60",
    KEEP: "3",
    ONCE: "yes",
    RETRY_SECONDS: "0",
  };

  constructor(
    private readonly shell: readonly string[] = ["sh"],
    /** A program that takes rights away, with its arguments. */
    private readonly as: readonly string[] = [],
  ) {
    for (const folder of [this.data, this.backups, this.state]) mkdirSync(folder);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  private run(args: readonly string[], input: string | Buffer = ""): Answer {
    const [program, ...rest] = [...this.as, ...this.shell, "-c", ...args];
    const { status, stdout, stderr } = spawnSync(program!, rest, {
      encoding: "utf8",
      input,
      env: { PATH: process.env.PATH, ...this.env },
    });
    return { status: status ?? 1, stdout, stderr };
  }

  /** One pass of the copier; what it tells afterwards. */
  pass(): CopierStatus {
    const answer = this.run([copierScript()]);
    assert.equal(answer.status, 0, answer.stderr);
    return parseStatus(readFileSync(join(this.env.STATE!, "status"), "utf8"));
  }

  /** As time passes: the copies that there are were made three days ago, and are named a year earlier. */
  later(): void {
    const folder = join(this.backups, "copies");
    const then = Date.now() / 1000 - 3 * 86400;
    for (const name of this.copies()) {
      const earlier = join(folder, `${Number(name.slice(0, 4)) - 1}${name.slice(4)}`);
      renameSync(join(folder, name), earlier);
      utimesSync(earlier, then, then);
    }
  }

  byHand(...args: string[]): Answer {
    return this.run([byHandScript(), "sh", ...args]);
  }

  receive(folder: string, path: string, content: string | Buffer): Answer {
    return this.run([byHandScript(), "sh", "receive", folder, path], content);
  }

  /** The start of the pod. */
  restorer(): Answer & { report: string } {
    const answer = this.run([restorerScript()]);
    return { ...answer, report: existsSync(this.env.REPORT!) ? readFileSync(this.env.REPORT!, "utf8").trim() : "" };
  }

  sql(statement: string, file = this.file): string {
    mkdirSync(dirname(file), { recursive: true });
    const { status, stdout, stderr } = spawnSync("sqlite3", [file, statement], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  }

  copies(): string[] {
    const folder = join(this.backups, "copies");
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** What lies on the claim of the copies, hidden things too. */
  left(): string[] {
    return readdirSync(this.backups).sort();
  }
}
