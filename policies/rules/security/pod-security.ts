import { definePolicy } from "../../core/policy";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { POD_SECURITY_LEVELS, podSecurityFindings, type PodSecurityLevel } from "../../../kubernetes/podSecurity";
import { bad, good } from "./pod-security.examples";

export interface PodSecurityParams {
  profile: PodSecurityLevel;
  version: string;
}

export const podSecurity = definePolicy<PodSecurityParams>({
  id: "pod-security",
  title: "Pods keep to a profile of the Pod Security Standards",
  rationale:
    "A pod that may touch its node is one bug away from owning every other pod there. The standards draw the line where " +
    "the API server's own admission draws it, so what passes here is admitted in a namespace with the same label.",
  severity: "high",
  level: "mandatory",
  remediation: "Drop what the profile forbids, or move the workload to a namespace of its own and agree an exemption.",
  tags: ["security", "pod-security-standards"],
  anchors: { controls: ["PSS baseline", "PSS restricted", "CIS 5.2", "KSV-0001", "KSV-0017", "C-0057", "C-0013"] },
  match: POD_CARRIERS,
  params: {
    profile: {
      type: "string",
      enum: [...POD_SECURITY_LEVELS],
      default: "baseline",
      description: "Profile of the Pod Security Standards; privileged allows everything",
    },
    version: {
      type: "string",
      pattern: "^(latest|v?1\\.(2[5-9]|3[0-9]))$",
      default: "latest",
      description: "Version of the standards, as 1.34; the namespace's label enforce-version",
    },
  },
  check(view, { profile, version }) {
    return view.pod ? podSecurityFindings(view.pod, profile, { version, patch: view.patch }) : [];
  },
  admission: { notExpressible: "the API server has the standards built in: label the namespace", native: "PodSecurity" },
  good,
  bad,
});
