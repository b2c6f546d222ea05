/** What happened in a run, by the engine's own events instead of the text that the CLI makes of them. */
import { isDeepStrictEqual } from "node:util";
import type { DiagnosticEvent, EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** A reason why a run failed. */
export interface Failure {
  /** The resource that failed; absent where the program failed as a whole. */
  urn?: string;
  /** The engine's message, without colours. */
  message: string;
}

/** Whether a preview found anything to do: a resource to change, or an output of the stack. The values of secret ones are not in the events. */
export function hasChanges(events: readonly EngineEvent[]): boolean {
  return events.some(({ summaryEvent: summary, resOutputsEvent: step }) => {
    if (summary) return Object.entries(summary.resourceChanges).some(([op, count]) => count > 0 && !AT_REST.includes(op));
    if (step?.metadata.type !== "pulumi:pulumi:Stack") return false;
    return !isDeepStrictEqual(step.metadata.old?.outputs ?? {}, step.metadata.new?.outputs ?? {});
  });
}

/** Steps that change nothing. */
const AT_REST = ["same", "read", "read-discard", "read-replacement", "refresh"];

const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1) ?? "";

/** A resource as the CLI shows it: type and name. */
export const shownResource = (urn: string) => `${typeOf(urn)} ${nameOf(urn)}`;

/**
 * What the engine and the plugins say of everything else when they stop for a failure: gRPC's words for a connection that is
 * taken down, Go's for a call that is given up, and the engine's own for requests that come too late.
 */
const FOLLOW_UPS = [
  /\b(?:client )?connection is closing\b/,
  /\btransport is closing\b/,
  /\bcontext canceled\b/,
  /\bresource monitor (?:has )?shut ?down\b/,
  // Of a component that was not begun, because what it waits for had failed.
  /\bwhose registration isn't pending\b/,
  /\b(?:ECONNREFUSED|UNAVAILABLE|CANCELLED): /,
  /^(?:update|preview|refresh|destroy) (?:failed|canceled)\.?$/,
];

const isFollowUp = (message: string) => FOLLOW_UPS.some((pattern) => pattern.test(message));

/** The words of a diagnostic, without the engine's colour marks and the terminal's. */
export function plainMessage({ message }: Pick<DiagnosticEvent, "message">): string {
  return message.replaceAll(/<\{%[^%]*%\}>|\u001b\[[\d;]*m/g, "").trim();
}

function errors(events: readonly EngineEvent[]): Failure[] {
  const found = events.flatMap(({ diagnosticEvent: event }) => (event?.severity === "error" ? [event] : []));
  return found.map((event) => ({ ...(event.urn && { urn: event.urn }), message: plainMessage(event) }));
}

/** The causes of a failed run in the order in which they came, each once and without what only followed from them. */
export function failures(events: readonly EngineEvent[]): Failure[] {
  const causes = errors(events).filter(({ message }) => message !== "" && !isFollowUp(message));
  return causes.filter(({ message }, index) => causes.findIndex((other) => other.message === message) === index);
}

/** The first cause of a failure in full, so that nobody has to look for it above; empty where there is none. */
export function firstCause(events: readonly EngineEvent[]): string {
  const [first, ...others] = failures(events);
  if (!first) return "";
  const more = others.length === 0 ? "" : ` (the first of ${others.length + 1}; the others stand above)`;
  return `The cause${more}:\n${first.urn ? `${shownResource(first.urn)}\n` : ""}${first.message.replaceAll(/^(?=.)/gm, "  ")}`;
}

const APP = "homelab:apps:HelmApp";
const PREFIX = "homelab-app-";

/** The app in a resource's own name: every object of an app is called after it. */
export function appOfUrn(urn: string, apps: readonly string[]): string | undefined {
  const name = nameOf(urn);
  const fitting = apps.filter((app) => name === `${PREFIX}${app}` || name.startsWith(`${PREFIX}${app}-`));
  return fitting.sort((one, other) => other.length - one.length)[0];
}

/** The steps of a run by the URN of their resource, as it is after them or was before. */
export function parents(events: readonly EngineEvent[]): Map<string, string> {
  const metadata = events.flatMap((event): StepEventMetadata[] => {
    const step = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent;
    return step ? [step.metadata] : [];
  });
  return new Map(metadata.map((step) => [step.urn, (step.new ?? step.old)?.parent ?? ""]));
}

/** The app that a resource belongs to: the nearest HelmApp among it and its parents. */
export function appOf(urn: string, parentOf: ReadonlyMap<string, string>): string | undefined {
  for (let at: string | undefined = urn; at; at = parentOf.get(at)) {
    if (typeOf(at) === APP) return nameOf(at).slice(PREFIX.length);
  }
  return undefined;
}

/** The SDK's message for a chart whose objects could not be made; the failure is then reported of the stack. */
const CHART = new RegExp(`resource '${PREFIX}(.+)-chart' has a problem: ([^]*)`);

/** Names of the apps with a resource that failed for a reason of its own, sorted. */
export function failedApps(events: readonly EngineEvent[]): string[] {
  const parentOf = parents(events);
  const messages = errors(events);
  const failed = events.flatMap(({ resOpFailedEvent }) => (resOpFailedEvent ? [resOpFailedEvent.metadata.urn] : []));
  const own = failed.filter((urn) => {
    const reasons = messages.filter((error) => error.urn === urn);
    return reasons.length === 0 || reasons.some(({ message }) => !isFollowUp(message));
  });
  const diagnosed = failures(events).map(({ urn, message }) => CHART.exec(message)?.[1] ?? (urn && appOf(urn, parentOf)));
  const apps = [...own.map((urn) => appOf(urn, parentOf)), ...diagnosed];
  return [...new Set(apps.filter((app): app is string => app !== undefined && app !== ""))].sort();
}
