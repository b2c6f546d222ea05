import type { Probe } from "../../blocks/health";

/** The registry's API; it has accounts. */
export const apiProbe = (url: string) => ({
  name: "registry",
  url: `${url}/v2/`,
  refusal: "`npm start` sets its password again",
  remedy: "kubectl get pods -A -l app.kubernetes.io/name=registry",
});

/** Of a stack with these outputs. Where the password is not known, that it asks for one is enough. */
export function registryProbes({
  registryUrl,
  registryUsername,
  registryPassword,
  registryUiUrl,
}: Record<string, unknown>): Probe[] {
  const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
  const known = isText(registryUsername) && isText(registryPassword);
  const accounts = known ? [{ name: registryUsername, password: registryPassword }] : [];
  const remedy = "kubectl get pods -A -l app.kubernetes.io/name=registry-ui";
  return [
    ...(isText(registryUrl) ? [{ ...apiProbe(registryUrl), accounts }] : []),
    ...(isText(registryUiUrl) ? [{ name: "registry-ui", url: `${registryUiUrl}/`, remedy }] : []),
  ];
}
