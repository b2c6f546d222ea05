import type { Egress } from "../../../config/types";
import { USUAL_RESOURCES } from "../../../../kubernetes/resources";
import { containersOf, nameOf, podTemplateOf, type Container, type KubeObject, type PodTemplate } from "./objects";
import { withoutNulls } from "./rendered";
import type { AdaptSettings } from "./settings";
import { accountOf, mayNeedToken } from "./tokens";

/** What is filled in of a pod's limits and rights, said once for an app, and which pods go without a token; undefined where its chart leaves nothing out. Pure. */
export function additions(rendered: KubeObject[], { app, podSecurity, namespace }: AdaptSettings): string | undefined {
  const pods = podsOf(rendered);
  const where = (lacks: (container: Container, template: PodTemplate) => boolean) =>
    pods.flatMap(({ name, template }) => {
      const found = containersOf(template).filter((container) => lacks(container, template));
      return found.length === 0 ? [] : [`${name} (${found.map((container) => container.name).join(", ")})`];
    });
  const unlimited = where(withoutLimits);
  const unbound = podSecurity === "restricted" ? where(withoutRights) : [];
  const tokenless = pods
    .filter(({ template }) => hasOwnAccount(template) && !mayNeedToken(template.spec, rendered, namespace))
    .map(({ name, template }) => `${name} (${accountOf(template.spec)})`);
  const parts = [
    ...(unlimited.length === 0 ? [] : [`requests and limits (${usual("cpu")}, ${usual("memory")}): ${unlimited.join(", ")}`]),
    ...(unbound.length === 0 ? [] : [`no capabilities, no more privileges, not as root: ${unbound.join(", ")}`]),
    ...(tokenless.length === 0
      ? []
      : [`no token for the API server, since the chart binds no rights to their accounts: ${tokenless.join(", ")}`]),
  ];
  if (parts.length === 0) return undefined;
  return `The app ${app}: its chart leaves out, and the platform fills in, ${parts.join("; and ")}. Where a program needs more, set it in the values`;
}

function podsOf(rendered: KubeObject[]): { name: string; template: PodTemplate }[] {
  return rendered.flatMap((object) => {
    const cleaned = withoutNulls(structuredClone(object)).object;
    const template = podTemplateOf(cleaned);
    return template === undefined ? [] : [{ name: nameOf(cleaned), template }];
  });
}

/** Pods that may speak to the API server from a namespace whose `egress` closes the way there; undefined where there are none. Pure. */
export function closedApi(rendered: KubeObject[], { app, namespace }: AdaptSettings, egress: Egress): string | undefined {
  if (egress === "open") return undefined;
  const speaking = podsOf(rendered)
    .filter(({ template: { spec } }) => spec.automountServiceAccountToken ?? mayNeedToken(spec, rendered, namespace))
    .map(({ name }) => name);
  if (speaking.length === 0) return undefined;
  return (
    `The app ${app}: egress: ${egress} closes the way to the Kubernetes API, and these have a token for it: ${speaking.join(", ")}. ` +
    "Set egress: open if they need it"
  );
}

function usual(key: "cpu" | "memory"): string {
  const { request, limit } = USUAL_RESOURCES[key];
  return `${key} ${request} to ${limit}`;
}

function withoutLimits({ resources }: Container): boolean {
  const amounts = [resources?.requests, resources?.limits];
  return amounts.some((given) => given?.cpu === undefined || given.memory === undefined);
}

/** The default account has rights nowhere; one of its own may have been given some by hand. */
function hasOwnAccount({ spec }: PodTemplate): boolean {
  return spec.automountServiceAccountToken === undefined && accountOf(spec) !== "default";
}

/** Of what the level restricted demands, and the adapter sets. */
function withoutRights({ securityContext: own }: Container, { spec }: PodTemplate): boolean {
  return (
    own?.allowPrivilegeEscalation === undefined ||
    own.capabilities?.drop === undefined ||
    (own.runAsNonRoot ?? spec.securityContext?.runAsNonRoot) === undefined
  );
}
