import { accountOfSubject, includesAccount, type Subject } from "../../../../kubernetes/accounts";
import type { KubeObject, PodSpec } from "./objects";

/* Which pods speak to the API server: those keep their service account's token. Pure. */

/**
 * Whether a pod may need the token of its service account: one that the chart binds to a role, that says so itself, or that the
 * chart did not make, so that its rights are not known here.
 */
export function mayNeedToken(spec: PodSpec, objects: readonly KubeObject[], namespace: string): boolean {
  const account = accountOf(spec);
  const made = objects.find(({ kind, metadata }) => kind === "ServiceAccount" && metadata.name === account);
  if (made?.automountServiceAccountToken === false) return false;
  if (made?.automountServiceAccountToken === true) return true;
  if (account !== "default" && made === undefined) return true;
  return includesAccount(boundAccounts(objects, namespace), namespace, account);
}

export function accountOf(spec: PodSpec): string {
  return spec.serviceAccountName ?? spec.serviceAccount ?? "default";
}

function boundAccounts(objects: readonly KubeObject[], namespace: string): Set<string> {
  const bindings = objects.filter(({ kind }) => kind === "RoleBinding" || kind === "ClusterRoleBinding");
  const accounts = bindings.flatMap(({ subjects, metadata }) =>
    (Array.isArray(subjects) ? (subjects as Subject[]) : []).map((subject) =>
      accountOfSubject(subject, metadata.namespace ?? namespace),
    ),
  );
  return new Set(accounts.filter((account) => account !== undefined));
}
