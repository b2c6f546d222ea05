import { parseImage } from "../../../kubernetes/image";
import { containersOf, podTemplateOf, type KubeObject } from "./adapt/objects";
import { RegistryClient, type RegistryAccess } from "../../blocks/images/client";

export interface LookedUp {
  /** What an app takes from the registry and does not find there. A pod would ask for it again and again, for ten minutes. */
  problems: string[];
  /** By image name, the user that its configuration has. */
  imageUsers: Record<string, string>;
}

/** Asks the registry for the images that an app takes from it. */
export async function lookUpImages(
  objects: KubeObject[],
  { server, toCome }: { server: string; toCome: string[] },
  access: RegistryAccess,
): Promise<LookedUp> {
  const client = new RegistryClient(access);
  const images = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return template === undefined ? [] : containersOf(template).map(({ image }) => image ?? "");
  });
  const problems: string[] = [];
  const imageUsers: Record<string, string> = {};
  for (const image of new Set(images)) {
    const parsed = parseImage(image);
    if (parsed?.registry !== server || toCome.some((name) => image === `${server}/${name}`)) continue;
    const reference = parsed.digest ?? parsed.tag ?? "latest";
    if ((await client.find(parsed.repository, reference)) === undefined) {
      problems.push(`the image ${image} is not in the registry: push it, or list its archive under images.push`);
      continue;
    }
    const user = await client.userOf(parsed.repository, reference);
    if (user !== undefined) imageUsers[image] = user;
  }
  return { problems, imageUsers };
}
