/** What has to be there before what: definitions before their custom resources, namespaces before what they hold. */
import { NotDoneError } from "../errors";
import { annotation, isCrd, kindOf, nameOf, namespaceOf, text, type KubeObject } from "../objects";

/**
 * @returns for each object the indexes of those that it needs
 * @throws NotDoneError for orders that an annotation asks for
 */
export function dependenciesOf(objects: KubeObject[]): number[][] {
  const definitions = new Map<string, number>();
  const namespaces = new Map<string, number>();
  objects.forEach((object, index) => {
    if (isCrd(object)) definitions.set(`${text(object, "spec", "group")}/${text(object, "spec", "names", "kind")}`, index);
    const { group, kind } = kindOf(object);
    if (group === "" && kind === "Namespace") namespaces.set(nameOf(object), index);
  });
  return objects.map((object) => {
    for (const key of ["config.kubernetes.io/depends-on", "config.kubernetes.io/apply-time-mutation"]) {
      if (annotation(object, key) !== "") throw new NotDoneError(`The annotation ${key} (on ${nameOf(object)})`);
    }
    const { group, kind } = kindOf(object);
    const needed = [definitions.get(`${group}/${kind}`), namespaces.get(namespaceOf(object))];
    return needed.filter((index): index is number => index !== undefined);
  });
}
