import { containersOf, nameOf, podTemplateOf, type Container, type KubeObject, type PodTemplate } from "./objects";
import type { AdaptSettings } from "./settings";

/*
 * As which user a container runs. In the level `restricted` the kubelet starts a container only if it can see that its user is not
 * root: one that the pod states, or a number in the image.
 */

type Settings = Pick<AdaptSettings, "podSecurity" | "imageUsers">;

const REMEDY = "set securityContext.runAsUser to a number in the values, or podSecurity: baseline";

function states({ spec }: PodTemplate, { securityContext }: Container): boolean {
  return typeof (securityContext?.runAsUser ?? spec.securityContext?.runAsUser) === "number";
}

/** Containers that would never start, where their images are known. */
export function userProblems(object: KubeObject, template: PodTemplate, { podSecurity, imageUsers = {} }: Settings): string[] {
  if (podSecurity !== "restricted") return [];
  return containersOf(template).flatMap((container) => {
    const { name, image = "" } = container;
    if (states(template, container) || !Object.hasOwn(imageUsers, image)) return [];
    // `user`, `user:group`; without one it is root.
    const [user = ""] = imageUsers[image]!.split(":");
    if (/^0*[1-9]\d*$/.test(user)) return [];
    const who = user === "" || user === "root" || /^0+$/.test(user) ? "as root" : `as ${user}, a name that may be root's`;
    return [`${nameOf(object)} runs its container ${name} ${who}, by its image ${image}: ${REMEDY}`];
  });
}

/** One warning about the containers of which neither the chart nor an image that was looked at says the user; or undefined. */
export function unstatedUsers(
  objects: readonly KubeObject[],
  { app, podSecurity, imageUsers = {} }: AdaptSettings,
): string | undefined {
  if (podSecurity !== "restricted") return undefined;
  const found = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    if (template === undefined) return [];
    const names = containersOf(template)
      .filter((container) => !states(template, container) && !Object.hasOwn(imageUsers, container.image ?? ""))
      .map(({ name }) => name);
    return names.length === 0 ? [] : [`${nameOf(object)} (${names.join(", ")})`];
  });
  if (found.length === 0) return undefined;
  return (
    `The app ${app}: only their images say as which user these containers run: ${found.join(", ")}. In the level restricted one whose ` +
    `image runs as root, or as a user by name, never starts: ${REMEDY}`
  );
}
