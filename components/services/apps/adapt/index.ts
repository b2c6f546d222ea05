import { takePlatformClaim } from "./claimTemplates";
import { hookDataProblems, keepData } from "./data";
import { expose } from "./expose";
import { podTemplateOf, type KubeObject } from "./objects";
import { podSecurityProblems } from "./podSecurity";
import { adaptPod, imageProblems, workloadProblems } from "./pods";
import { secretProblems } from "./references";
import { incomplete, withoutNulls } from "./rendered";
import { scopeProblems, serviceProblems, wayInProblems } from "./scope";
import type { AdaptSettings } from "./settings";
import { annotateForLinters, keepSingle, singleProblems } from "./single";
import { userProblems } from "./users";
import { keepSingleWriter, singleWriterProblems } from "./singleWriter";

export { additions, closedApi } from "./additions";
export { foreignClaims } from "./claims";
export type { AdaptSettings } from "./settings";
export type { KubeObject } from "./objects";
export { unstatedUsers } from "./users";
export { readRendering, writeRendering } from "./rendered";

/** Kinds that the engine waits for. */
const AWAITED = new Set(["DaemonSet", "Deployment", "Job", "Pod", "Service", "StatefulSet"]);

export interface Adapted {
  objects: KubeObject[];
  /** What keeps the app from being deployed, each with its remedy; the objects are of no use then. */
  problems: string[];
}

/** Fits the objects of a chart to the platform: adds what the chart left out and refuses what it must not bring. Pure. */
export function adapt(rendered: KubeObject[], settings: AdaptSettings): Adapted {
  const read = structuredClone(rendered).map(withoutNulls);
  const unnamed = read.flatMap(({ object }) => incomplete(object));
  if (unnamed.length > 0) return { objects: [], problems: unnamed };
  const objects = read.map(({ object }) => object);
  objects.forEach((object) => takePlatformClaim(object, settings));
  const exposed = expose(objects, settings);
  const declared = settings.expose.map(({ service }) => service);
  const waysIn = wayInProblems(objects.filter(({ kind, metadata }) => kind !== "Service" || !declared.includes(metadata.name)));
  objects.push(...exposed.added);
  // First what is needed, so that what is missing is looked for in the whole.
  for (const object of objects) {
    const template = podTemplateOf(object);
    if (template !== undefined) adaptPod(object, template, objects, settings);
  }
  objects.forEach((object) => bounded(object, settings));
  objects.forEach((object) => keepData(object, settings));
  const problems = [
    ...read.flatMap((one) => one.problems),
    ...(objects.length === 0 ? ["the chart renders nothing with these values"] : []),
    ...scopeProblems(objects, settings),
    ...exposed.problems,
    ...waysIn,
    ...serviceProblems(objects, settings),
    ...workloadProblems(objects, settings),
    ...objects.flatMap((object) => {
      const template = podTemplateOf(object);
      if (template === undefined) return [];
      return [...imageProblems(object, template), ...userProblems(object, template, settings)];
    }),
    ...objects.flatMap((object) => podSecurityProblems(object, settings)),
    ...secretProblems(objects, settings),
    ...singleWriterProblems(objects, settings),
    ...singleProblems(objects, settings),
  ];
  for (const object of objects) {
    if (settings.single.includes(object.metadata.name)) keepSingle(object);
    const template = podTemplateOf(object);
    if (template !== undefined && problems.length === 0) keepSingleWriter(object, template, settings);
    if (template !== undefined) annotateForLinters(object, settings);
  }
  return { objects, problems };
}

/**
 * What is wrong with a release's hooks, which helm hands to no post-renderer: they stay as the chart has them. `objects` are the
 * chart's others, whose definitions tell scopes. Pure.
 */
export function hookProblems(hooks: KubeObject[], objects: KubeObject[], settings: AdaptSettings): string[] {
  const unnamed = hooks.flatMap(incomplete);
  if (unnamed.length > 0) return unnamed;
  return [
    ...scopeProblems(hooks, settings, objects),
    ...wayInProblems(hooks, false),
    ...hooks.flatMap((hook) => podSecurityProblems(hook, settings)),
    ...hookDataProblems(hooks, settings),
  ];
}

/** Says that an app is refused, and why. */
export function refusal(app: string, problems: string[]): string {
  return `The app ${app} cannot be deployed like this; nothing of it was changed:\n${problems.map((problem) => `  - ${problem}\n`).join("")}`;
}

/**
 * The engine itself would wait ten minutes for a program that does not start, and five for a claim to be pending that is bound
 * already; the wait for the program that uses the claim proves it.
 */
function bounded(object: KubeObject, { readyWithin }: AdaptSettings): void {
  if (object.kind === "PersistentVolumeClaim") {
    object.metadata.annotations = { "pulumi.com/skipAwait": "true", ...object.metadata.annotations };
  }
  if (!AWAITED.has(object.kind)) return;
  object.metadata.annotations = { "pulumi.com/timeoutSeconds": String(readyWithin), ...object.metadata.annotations };
}
