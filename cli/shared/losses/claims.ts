/** What would become of a claim. Pure. */
import { quantity } from "../../../kubernetes/quantity";
import type { Change, Declared } from "./changes";
import { about, fullName, join, type Beside, type Finding, type Live } from "./types";

/** The claim as the cluster has it, whoever made it. */
function heldAs(object: Declared, live: Live | undefined): Declared | undefined {
  const found = live?.claims.find(({ metadata: { namespace, name } }) => `${namespace}/${name}` === fullName(object));
  return found && { ...object, spec: found.spec };
}

/** The fields of a claim that cannot be changed, as they were and are to be. */
function fixedFields(before: Declared, now: Declared): string[] {
  const fields: [string, (object: Declared) => string | undefined][] = [
    ["name", fullName],
    ["storage class", ({ spec }) => spec?.storageClassName as string | undefined],
    ["access mode", ({ spec }) => (spec?.accessModes as string[] | undefined)?.join(", ")],
    ["volume", ({ spec }) => spec?.volumeName as string | undefined],
    ["volume mode", ({ spec }) => spec?.volumeMode as string | undefined],
  ];
  return fields
    .filter(([, field]) => field(now) !== undefined && field(before) !== field(now))
    .map(([title, field]) => `${title} ${field(before) ?? "(none)"} to ${field(now) ?? "(none)"}`);
}

const sizeOf = ({ spec }: Declared) => (spec?.resources as { requests?: { storage?: string } } | undefined)?.requests?.storage;

/** Why the cluster will refuse another size of a claim; undefined when it will not. */
function sizeProblem(before: Declared, now: Declared, live: Live | undefined): string | undefined {
  const [from, to] = [sizeOf(before), sizeOf(now)];
  if (from === undefined || to === undefined || quantity(from) === quantity(to)) return undefined;
  if ((quantity(to) ?? 0) < (quantity(from) ?? 0)) {
    return `would become smaller (${from} to ${to}), which no storage class can do`;
  }
  const name = (heldAs(before, live) ?? now).spec?.storageClassName as string | undefined;
  const found = live?.classes.find((one) => one.metadata.name === name);
  if (found === undefined || found.allowVolumeExpansion) return undefined;
  return `would grow (${from} to ${to}), which its storage class ${name} cannot do (allowVolumeExpansion is not set)`;
}

/** The provisioner of classes whose volumes somebody makes by hand. */
const BY_HAND = "kubernetes.io/no-provisioner";

/** Why a new claim would never get a volume of its class; undefined when nothing speaks against it. */
function classProblem({ spec }: Declared, classes: readonly string[], live: Live): { words: string; remedy: string } | undefined {
  const name = spec?.storageClassName as string | undefined;
  if (name === undefined || name === "" || spec?.volumeName !== undefined) return undefined;
  const found = live.classes.find((one) => one.metadata.name === name);
  if (found === undefined) {
    if (classes.includes(name)) return undefined;
    const there = live.classes.map(({ metadata }) => metadata.name).join(", ");
    return {
      words: `names the storage class ${name}, which the cluster does not have`,
      remedy: `set one that it has: ${there || "none"}`,
    };
  }
  const [mode = "ReadWriteOnce"] = (spec?.accessModes ?? []) as string[];
  const offered = live.volumes.filter((one) => one.spec.storageClassName === name && one.spec.claimRef === undefined);
  if (found.provisioner !== BY_HAND || offered.some((one) => one.spec.accessModes?.includes(mode))) return undefined;
  return {
    words: `asks for ${mode}, which no free volume of its storage class ${name} has`,
    remedy: `make such a volume${mode === "ReadWriteOncePod" ? ", or, for an app's database, set exclusive: false" : ""}`,
  };
}

export function judgeClaim(change: Change, beside: Beside, live?: Live): Finding[] {
  const { what, object, now } = change;
  if (what === "gone") return judgeGone(change, beside);
  const held = heldAs(object, live);
  // A new one that the cluster has already is taken up.
  const before = what === "new" ? held : object;
  if (before === undefined) return judgeNew(change, beside, live);
  const finding = { ...about(change), claims: [fullName(object)] };
  if (change.retained && now && fullName(before) !== fullName(now)) {
    const words = `would be left behind with its data, and the empty ${fullName(now)} take its place`;
    return [{ ...finding, verdict: "left", words }];
  }
  const fixed = now ? fixedFields(before, now) : [];
  if (what === "replaced" || fixed.length > 0) {
    const why = fixed.length > 0 ? `its ${join(fixed)}` : "a change that cannot be made in place";
    return [{ ...finding, verdict: "replaced", words: `would be replaced by an empty one for ${why}` }];
  }
  const words = now && sizeProblem(before, now, live);
  return words === undefined ? [] : [{ ...finding, verdict: "impossible", words }];
}

function judgeNew(change: Change, { classes }: Beside, live: Live | undefined): Finding[] {
  const problem = live && classProblem(change.object, classes, live);
  return problem === undefined ? [] : [{ ...about(change), claims: [], verdict: "impossible", ...problem }];
}

function judgeGone(change: Change, { fresh }: Beside): Finding[] {
  const finding = { ...about(change), claims: [fullName(change.object)] };
  if (!change.retained) return [{ ...finding, verdict: "lost", words: "would be deleted with all that it holds" }];
  if (!change.appStays || fresh.length === 0) return [{ ...finding, verdict: "kept", words: "stays in the cluster" }];
  const words = `would be left behind with its data, and the app go on with the new and empty ${join(fresh)}`;
  return [{ ...finding, verdict: "left", words }];
}
