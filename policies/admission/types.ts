import type { CelVariable } from "../core/policy";

/** A policy and its binding, of one name; both without apiVersion, kind and metadata. */
export interface AdmissionPolicy {
  name: string;
  rule: string;
  policy: PolicySpec;
  binding: BindingSpec;
}

export interface PolicySpec {
  failurePolicy: "Fail";
  paramKind?: { apiVersion: string; kind: string };
  matchConstraints: { resourceRules: ResourceRule[] };
  matchConditions: { name: string; expression: string }[];
  variables: CelVariable[];
  validations: { expression: string; message: string }[];
}

export interface ResourceRule {
  apiGroups: string[];
  apiVersions: string[];
  resources: string[];
  operations: string[];
  scope: "Namespaced";
}

export interface BindingSpec {
  policyName: string;
  validationActions: string[];
  matchResources: { namespaceSelector: { matchExpressions: { key: string; operator: string; values: string[] }[] } };
  paramRef?: { selector: Record<string, never>; parameterNotFoundAction: "Allow" };
}
