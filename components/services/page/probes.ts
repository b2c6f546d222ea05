import type { Probe } from "../../blocks/health";

/** @param url without a path */
export function pageProbe(url: string): Probe {
  return { name: "page", url: `${url}/`, remedy: "kubectl get pods -A -l app.kubernetes.io/name=page" };
}
