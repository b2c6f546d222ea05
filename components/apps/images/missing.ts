import { parseImage } from "../../kubernetes/image";
import { containersOf, podTemplateOf, type KubeObject } from "../adapt/objects";
import { RegistryClient, type RegistryAccess } from "./client";

/** What an app takes from a registry and does not find there. A pod would ask for it again and again, for ten minutes. */
export async function missingImages(
  objects: KubeObject[],
  { server, toCome }: { server: string; toCome: string[] },
  access: RegistryAccess,
): Promise<string[]> {
  const client = new RegistryClient(access);
  const images = objects.flatMap((object) => {
    const template = podTemplateOf(object);
    return template === undefined ? [] : containersOf(template).map(({ image }) => image ?? "");
  });
  const problems: string[] = [];
  for (const image of new Set(images)) {
    const parsed = parseImage(image);
    if (parsed?.registry !== server || toCome.some((name) => image === `${server}/${name}`)) continue;
    const found = await client.find(parsed.repository, parsed.digest ?? parsed.tag ?? "latest");
    if (found === undefined)
      problems.push(`the image ${image} is not in the registry: push it, or list its archive under images.push`);
  }
  return problems;
}
