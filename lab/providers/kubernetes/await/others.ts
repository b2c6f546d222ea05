/** Kinds whose readiness is one look at the object. */
import { at, text, type KubeObject } from "../objects";
import { equal, isMap } from "../values";
import { conditionOf, isTrue, READY, waiting, type Verdict } from "./condition";

export function quotaVerdict(quota: KubeObject): Verdict {
  const wanted = at(quota, "spec", "hard") ?? {};
  return equal(wanted, at(quota, "status", "hard") ?? {}) ? READY : waiting("the quota to be in force");
}

/** Only tokens of service accounts are filled in by a controller. */
export function secretVerdict(secret: KubeObject): Verdict {
  if (text(secret, "type") !== "kubernetes.io/service-account-token") return READY;
  return isMap(secret.data) && Object.keys(secret.data).length > 0 ? READY : waiting("the token to be issued");
}

export function crdVerdict(crd: KubeObject): Verdict {
  if (isTrue(crd, "Established")) return READY;
  const names = conditionOf(crd, "NamesAccepted");
  const refused = text(names, "status") === "False" ? [`[${text(names, "reason")}] ${text(names, "message")}`] : [];
  return waiting("the CustomResourceDefinition to be established", refused);
}
