/* Service accounts as the subjects of bindings name them. Rule: Kubernetes, authentication, service account tokens. */

export interface Subject {
  kind?: string;
  name?: string;
  namespace?: string;
}

/** How service accounts are called as users and as groups. */
const USER = /^system:serviceaccount:([^:]+):([^:]+)$/;
const GROUP = /^system:serviceaccounts(?::([^:]+))?$/;

/** `namespace/name` of the service account that a subject of a binding names, with `*` for all; undefined for people. */
export function accountOfSubject({ kind, name = "", namespace }: Subject, bindingNamespace: string): string | undefined {
  if (kind === "User" || kind === "Group") {
    const [match, place, account] = (kind === "User" ? USER : GROUP).exec(name) ?? [];
    return match && `${place ?? "*"}/${account ?? "*"}`;
  }
  return `${namespace ?? bindingNamespace}/${name}`;
}

/** Whether one of these accounts (accountOfSubject) is the one of a pod. */
export function includesAccount(accounts: ReadonlySet<string>, namespace: string, account: string): boolean {
  return [`${namespace}/${account}`, `${namespace}/*`, "*/*"].some((who) => accounts.has(who));
}
