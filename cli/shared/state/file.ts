/**
 * The file in which Pulumi keeps a stack's state, where its backend is a folder of this machine, and the copies of it that Pulumi
 * leaves: the one before the last change beside it (`.bak`), and one of the end of each deployment under `.pulumi/backups`.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { UserError } from "../../../shared/process";
import { say } from "../../../shared/progress";
import { PROJECT } from "../project";

export interface Copy {
  file: string;
  /** When the engine wrote it: RFC 3339, UTC to the millisecond, so that two compare as texts. */
  time: string;
  /** How many resources it knows; 0 after `pulumi destroy`, or before the first deployment. */
  resources: number;
  /** With which, beside the passphrase, its secrets are encrypted. */
  salt?: string;
}

export interface StateFile {
  file: string;
  /** As it is now; absent where there is none, or it cannot be read. */
  present?: Copy;
  damaged: boolean;
  /** Whole ones, the newest first. */
  copies: Copy[];
}

/** The folder of a backend `file://...`; undefined where the state is kept elsewhere. */
export function backendFolder(url: string | undefined): string | undefined {
  const path = /^file:\/\/([^?]*)/.exec(url ?? "")?.[1];
  if (path === undefined) return undefined;
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : path.startsWith("/") ? path : undefined;
}

function readCopy(file: string): Copy | undefined {
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
      checkpoint: {
        latest?: {
          manifest?: { time?: string };
          secrets_providers?: { state?: { salt?: string } };
          resources?: unknown[];
        };
      };
    };
    const { manifest, resources = [], secrets_providers: secrets } = checkpoint.latest ?? {};
    // The engine writes the time of the zone it runs in.
    const time = (manifest?.time === undefined ? statSync(file).mtime : new Date(manifest.time)).toISOString();
    return { file, time, resources: resources.length, ...(secrets?.state?.salt && { salt: secrets.state.salt }) };
  } catch {
    return undefined;
  }
}

/** @returns undefined where the state is not kept in a plain file of this machine */
export function stateFile(backend: string | undefined, stack: string): StateFile | undefined {
  const folder = backendFolder(backend);
  if (folder === undefined) return undefined;
  const file = join(folder, ".pulumi", "stacks", PROJECT, `${stack}.json`);
  if (existsSync(`${file}.gz`) || existsSync(`${file}.zst`)) return undefined;
  const backups = join(folder, ".pulumi", "backups", PROJECT, stack);
  const names = existsSync(backups) ? readdirSync(backups).filter((name) => name.endsWith(".json")) : [];
  const copies = [`${file}.bak`, ...names.map((name) => join(backups, name))].map(readCopy).filter((copy) => copy !== undefined);
  const present = readCopy(file);
  return {
    file,
    ...(present && { present }),
    damaged: present === undefined && existsSync(file),
    copies: copies.sort((one, other) => other.time.localeCompare(one.time)),
  };
}

const shown = ({ file, time, resources }: Copy) => `  ${time.slice(0, 19)}Z  ${resources} resources  ${file}`;

/** Puts a copy in the place of the state; what is there is kept beside it. */
function put({ file: copy }: Copy, file: string): string | undefined {
  const aside = existsSync(file) ? `${file}.damaged-${Date.now()}` : undefined;
  const partial = `${file}.partial`;
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(copy, partial);
  if (aside !== undefined) renameSync(file, aside);
  renameSync(partial, file);
  return aside;
}

/**
 * Before a command that changes the state: one that is lost or cannot be read comes back from the newest copy, where that can cost
 * nothing: what was deployed since is in the cluster, and is taken up from there.
 * @throws UserError with what to do, where only copies of earlier deployments are left
 */
export function mendStateFile(stack: string, found: StateFile): void {
  const { file, present, damaged, copies } = found;
  const [newest] = copies;
  if (present !== undefined) {
    if (newest !== undefined && newest.time > present.time) {
      say(
        `  the state of the stack "${stack}" is older (${present.time.slice(0, 19)}Z) than the newest copy of it (${newest.time.slice(0, 19)}Z, ${newest.file}); what was deployed since is looked up in the cluster`,
      );
    }
    return;
  }
  if (!damaged && (newest === undefined || newest.resources === 0)) return;
  if (damaged && !copies.some((copy) => copy.file === `${file}.bak`)) throw new UserError(`\n${damagedState(stack, found)}`);
  const aside = put(newest!, file);
  say(
    `  the state of the stack "${stack}" ${damaged ? "could not be read" : "was gone"}: its copy of ${newest!.time.slice(0, 19)}Z is in its place now, with ${newest!.resources} resources${aside === undefined ? "" : `; the damaged one is kept as ${basename(aside)}`}`,
  );
}

/** What is wrong with a state that cannot be read, and what to do. */
export function damagedState(stack: string, { file, copies }: StateFile): string {
  const begin = `The state of the stack "${stack}" cannot be read: ${file} is damaged (${statSync(file).size} bytes).`;
  const taken = "What was deployed since is looked up in the cluster and taken up again.";
  const [newest] = copies;
  if (newest === undefined) {
    return `${begin}\nNo whole copy of it is left. To go on without it, keep it aside, then run the same command again:\n  mv '${file}' '${file}.damaged'\n${taken}`;
  }
  return `${begin}\nWhole copies of it:\n${copies.slice(0, 5).map(shown).join("\n")}\nTo go on with the newest, then run the same command again:\n  cp '${newest.file}' '${file}'\n${taken}`;
}
