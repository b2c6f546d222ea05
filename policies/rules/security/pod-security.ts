import { Finding, each } from "../../core/finding";
import { definePolicy } from "../../core/policy";
import { POD_CARRIERS } from "../../core/workload";
import { BASELINE } from "./pod/baseline";
import { PodCheck, PodSecurity, toVersion } from "./pod/check";
import { bad, good } from "./pod/examples";
import { RESTRICTED } from "./pod/restricted";

export interface PodSecurityParams {
  profile: "privileged" | "baseline" | "restricted";
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
      enum: ["privileged", "baseline", "restricted"],
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
    if (!view.pod || profile === "privileged") return [];
    const subject: PodSecurity = { pod: view.pod, version: toVersion(version), patch: view.patch };
    return each(checksOf(profile, subject.version), (check) => named(check, subject));
  },
  admission: { notExpressible: "the API server has the standards built in: label the namespace", native: "PodSecurity" },
  good,
  bad,
});

function named({ id, run }: PodCheck, subject: PodSecurity): Finding[] | undefined {
  const found = run(subject);
  if (found.length === 0) return undefined;
  return found.map((one) => ({ ...one, message: `${one.message} (Pod Security Standards, ${id})` }));
}

const CHECKS = new Map<string, PodCheck[]>();

/** A check of the restricted profile takes the place of the weaker one that baseline has of the same kind. */
function checksOf(profile: "baseline" | "restricted", version: number): PodCheck[] {
  const key = `${profile} ${version}`;
  const known = CHECKS.get(key);
  if (known) return known;
  const all = profile === "baseline" ? BASELINE : [...BASELINE, ...RESTRICTED];
  const current = all.filter(({ since }) => version >= since);
  const replaced = new Set(current.flatMap(({ replaces }) => replaces ?? []));
  const checks = current.filter(({ id }) => !replaced.has(id));
  CHECKS.set(key, checks);
  return checks;
}
