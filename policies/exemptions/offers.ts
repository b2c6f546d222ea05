/*
 * Exemptions that an app needs by what its own block says. The block alone grants nothing: the second key is the stack's configuration of
 * the policies, and the message holds the entry to put there.
 */
import type { PodSecurityLevel } from "../../kubernetes/podSecurity";
import type { ObjectView } from "../core/object";
import { daysAfter, type Exemption } from "./index";

/** What an app's component registers of its block, as far as it asks for rights beyond its namespace. */
export interface Asking {
  app: string;
  podSecurity: PodSecurityLevel;
  clusterWide: boolean;
}

const privileged = ({ podSecurity }: Asking) => podSecurity === "privileged" && "podSecurity: privileged";
const clusterWide = (asking: Asking) => asking.clusterWide && "clusterWide: true";

/** By the rules that such blocks run into: what in the block asks for it, or false. */
const ASKED: Record<string, (asking: Asking) => string | false> = {
  "pod-security": ({ podSecurity }) => podSecurity !== "restricted" && `podSecurity: ${podSecurity}`,
  "container-socket": (asking) => privileged(asking) || clusterWide(asking),
  "rbac-wildcards": clusterWide,
};

/** Days that an offered exemption holds. */
const DAYS = 180;

/** The exemption for what a rule found at an object of the app; undefined where its block does not ask for that. */
export function offerFor(asking: Asking, rule: string, view: ObjectView, today: string): Exemption | undefined {
  const key = Object.hasOwn(ASKED, rule) && ASKED[rule]!(asking);
  if (!key) return undefined;
  return {
    rule,
    object: { kind: view.kind, ...(view.namespace ? { namespace: view.namespace } : {}), name: view.lastingName },
    reason: `the app ${asking.app} has ${key} in its block`,
    owner: "whoever runs this stack",
    expires: daysAfter(today, DAYS),
  };
}

/** @param file the stack's configuration of the policies; undefined where it is not known */
export function offer(exemption: Exemption, file = "the stack's configuration of the policies"): string {
  return (
    `It is refused although ${exemption.reason}. To agree to it, put this into the list settings.exemptions of ${file}, ` +
    `best with a reason and an owner of your own:\n${JSON.stringify(exemption)}`
  );
}
