/** Copies of a database's file by programs that know nothing of databases: while it is written, what they make is none. */
import { advice, attempt } from "../../../../kubernetes/objects/finding";
import { show } from "../../../../kubernetes/objects/text";
import { ContainerView } from "../../../../kubernetes/objects/workload";
import { ObjectView, describe } from "../../../core/object";
import { CrossFinding } from "../../../core/policy";
import { claimKey, endsByItself, makesCopies, sameObject, writersOf } from "./claims";
import { Owned, lasts } from "./detect";
import { bareFile, words } from "./signals";
import { volumeNamed } from "./volumes";

/** Programs that copy files as they find them; of some the last word is where they copy to. */
const COPIERS = /^(?:\S*\/)?(?:cp|rsync|scp|install|tar|gzip|zip|cat|dd|rclone|restic|borg)$/;
const TO_THE_LAST = /^(?:\S*\/)?(?:cp|rsync|scp|install)$/;

interface Copy {
  program: string;
  path: string;
  claim: string;
}

/** Advice about copies of files on claims to which a program writes meanwhile. */
export function* plainCopies(owned: readonly Owned[], workloads: readonly ObjectView[]): Iterable<CrossFinding> {
  const copying = workloads.flatMap((view) => known(() => copiesOf(view)).map((copy) => ({ view, ...copy })));
  if (copying.length === 0) return;
  const { writers } = writersOf([...workloads]);
  const reported = new Set<ObjectView>();
  for (const { view, program, path, claim } of copying) {
    if (reported.has(view)) continue;
    const key = known(() => [claimKey(view, claim)])[0];
    const holds = owned.filter(
      ({ view: other, owner }) =>
        lasts(owner) && owner.volumes.some((one) => one.claim === claim) && known(() => [claimKey(other, claim)])[0] === key,
    );
    const writing = key === undefined ? [] : (writers.get(key) ?? []).filter((other) => !endsByItself(other));
    const live = writing.find((other) => (sameObject(other, view) ? runsBeside(view) : true));
    // A folder is copied for many reasons; a file whose name says so is a database.
    if (live === undefined || (bareFile(path) === undefined && holds.length === 0)) continue;
    const message = `copies ${show(path)} with ${program} while ${describe(live)} writes there: what SQLite has open is no whole database`;
    const fix = "use sqlite3 FILE \".backup COPY\" or VACUUM INTO 'COPY', or stop the program first";
    yield { ...advice("spec", message, fix), object: view };
    reported.add(view);
  }
}

/** What a part sees of values that are known before the deployment. */
function known<T>(read: () => T[]): T[] {
  let found: T[] = [];
  attempt(() => {
    found = read();
    return undefined;
  });
  return found;
}

/** Whether a pod's containers run at the same time; one that prepares ends before the others begin. */
function runsBeside(view: ObjectView): boolean {
  return view.pod!.containers.filter(({ role }) => role !== "init container").length > 1;
}

function copiesOf(view: ObjectView): Copy[] {
  if (view.patch || view.pod!.volumes.length === 0) return [];
  return view
    .pod!.containers.filter(({ role }) => role !== "init container" || endsByItself(view))
    .flatMap((container) => copiesIn(container, view));
}

function copiesIn(container: ContainerView, view: ObjectView): Copy[] {
  const lines = [...container.field.at("command").texts(), ...container.field.at("args").texts()];
  const text = lines.join(" ").slice(0, 20_000);
  // Whoever asks sqlite3 for a copy may take that one along with anything.
  if (!/\b(?:cp|rsync|scp|install|tar|gzip|zip|cat|dd|rclone|restic|borg)\b/.test(text) || makesCopies(container)) return [];
  const mounts = container.field
    .at("volumeMounts")
    .items()
    .flatMap((mount) => {
      const [path, name] = [mount.at("mountPath").text(), mount.at("name").text()];
      const claim = name && volumeClaim(view, name);
      return path && claim ? [{ path: path.replace(/\/+$/, ""), claim }] : [];
    });
  if (mounts.length === 0) return [];
  return text.split(/[;&|\n]+/).flatMap((command): Copy[] => {
    const all = words(command).filter((word) => word !== "");
    const start = all.findIndex((word) => COPIERS.test(word));
    if (start < 0) return [];
    const program = all[start]!.replace(/^.*\//, "");
    const given = all.slice(start + 1);
    const sources = TO_THE_LAST.test(all[start]!) ? given.slice(0, -1) : given;
    return sources.flatMap((word): Copy[] => {
      const path = word.replace(/^(?:if|of)=/, "").replace(/\/(?:\.|\*)?$/, "");
      const mount = mounts.find((one) => path === one.path || (path.startsWith(`${one.path}/`) && bareFile(path) !== undefined));
      return mount && !word.startsWith("of=") ? [{ program, path, claim: mount.claim }] : [];
    });
  });
}

/** The claim behind a volume, also where the pod may only read it. */
function volumeClaim(view: ObjectView, name: string): string | undefined {
  const volume = volumeNamed(view, name);
  return volume?.claim ?? volume?.field.at("persistentVolumeClaim", "claimName").text();
}
