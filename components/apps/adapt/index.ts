import { podTemplateOf, type KubeObject } from "./objects";
import { adaptPod, podProblems, workloadProblems } from "./pods";
import { secretProblems } from "./references";
import { scopeProblems, serviceProblems, wayInProblems } from "./scope";
import type { AdaptSettings } from "./settings";
import { annotateForLinters, keepSingle, singleProblems } from "./single";
import { keepSingleWriter, singleWriterProblems } from "./singleWriter";

export type { AdaptSettings } from "./settings";
export type { KubeObject } from "./objects";
export { backupContainer, backupsFolder } from "./singleWriter";

/** Kinds that the engine waits for. */
const AWAITED = new Set(["DaemonSet", "Deployment", "Job", "Pod", "Service", "StatefulSet"]);

export interface Adapted {
  objects: KubeObject[];
  /** What keeps the app from being deployed, each with its remedy; the objects are of no use then. */
  problems: string[];
}

/** Fits the objects of a chart to the platform: adds what the chart left out and refuses what it must not bring. Pure. */
export function adapt(rendered: KubeObject[], settings: AdaptSettings): Adapted {
  const objects = structuredClone(rendered);
  // First what is needed, so that what is missing is looked for in the whole.
  for (const object of objects) {
    const template = podTemplateOf(object);
    if (template !== undefined) adaptPod(object, template, objects, settings);
  }
  objects.forEach((object) => bounded(object, settings));
  const problems = [
    ...(objects.length === 0 ? ["the chart renders nothing with these values"] : []),
    ...scopeProblems(objects, settings),
    ...wayInProblems(objects, settings),
    ...serviceProblems(objects, settings),
    ...workloadProblems(objects, settings),
    ...objects.flatMap((object) => {
      const template = podTemplateOf(object);
      return template === undefined ? [] : podProblems(object, template, settings);
    }),
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

/** The engine itself would wait ten minutes for a program that does not start. */
function bounded(object: KubeObject, { readyWithin }: AdaptSettings): void {
  if (!AWAITED.has(object.kind)) return;
  object.metadata.annotations = { "pulumi.com/timeoutSeconds": String(readyWithin), ...object.metadata.annotations };
}
