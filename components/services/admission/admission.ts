import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type * as Rendering from "../../../policies/admission";
import type * as Configuration from "../../../policies/configuration";
import type * as Rules from "../../../policies/rules";
import type * as Granting from "../../../policies/exemptions/grants";
import type { Checked } from "../sections";

/** What the configuration says of it. */
type AdmissionConfig = Checked["admission"];
import { childOf, labels } from "../../builders";

export interface AdmissionArgs extends AdmissionConfig {
  /** The namespaces that the platform makes. */
  namespaces: string[];
  /** What the apps expose passes. */
  apps: readonly Granting.Declaring[];
}

/**
 * The policies in the API server itself, from the definitions that judge a preview: `kubectl` cannot go round them, nor can
 * `kubectl scale`. Exemptions that have expired by the day of the deployment exempt nothing.
 */
export class Admission extends pulumi.ComponentResource {
  constructor(name: string, args: AdmissionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:admission:Admission", name, {}, opts);
    // Read only here: a stack without admission shall not wait for the rules at every start.
    const { toAdmission } = require("../../../policies/admission") as typeof Rendering;
    const { grantsOf } = require("../../../policies/exemptions/grants") as typeof Granting;
    const configured = readPolicies(args.policies);
    configured.judging.grants = args.apps.flatMap(grantsOf);
    for (const { message, fix } of configured.judging.exemptions.violations) {
      pulumi.log.warn(`${args.policies}: ${message}. Fix: ${fix}.`, this);
    }
    const scope = {
      namespaces: args.everywhere ? [] : args.namespaces,
      except: args.everywhere ? args.except : [],
      warnOnly: args.action === "warn",
    };
    for (const { name: policyName, rule, policy, binding } of toAdmission(configured, scope)) {
      const metadata = { name: policyName, labels: labels({ name: "admission", component: rule }) };
      const child = childOf(this, opts);
      const judge = new k8s.admissionregistration.v1.ValidatingAdmissionPolicy(
        `${name}-${policyName}`,
        { metadata, spec: policy },
        child,
      );
      new k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding(
        `${name}-${policyName}-binding`,
        { metadata, spec: binding },
        { ...child, dependsOn: [...child.dependsOn, judge] },
      );
    }
    this.registerOutputs({});
  }
}

/** Levels, parameters and exemptions, in the form that the policy pack takes too; the rules' own where no file is named. */
function readPolicies(file: string): Configuration.Configured {
  const { configure, today } = require("../../../policies/configuration") as typeof Configuration;
  const { RULES } = require("../../../policies/rules") as typeof Rules;
  try {
    return configure(RULES, file === "" ? undefined : JSON.parse(readFileSync(file, "utf8")), today());
  } catch (error) {
    // Said without a stack trace: it is the file that has to be mended.
    throw new pulumi.RunError(`homelab:admission.policies: ${file} cannot be used:\n${(error as Error).message}`);
  }
}
