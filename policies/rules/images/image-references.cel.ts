import { POD_VARIABLES, all, any, literal, regex } from "../../core/cel";
import { LONGEST_TEXT, REFERENCE } from "../../../kubernetes/image";
import type { CelRendering } from "../../core/policy";
import type { ImageParams } from "./image-references.params";

const each = (condition: string) => `variables.images.all(i, ${any("i == ''", condition)})`;
const valid = all(`size(i) <= ${LONGEST_TEXT}`, `i.matches(${regex(REFERENCE)})`);
const hasDigest = "i.contains('@')";
/** Without its digest. */
const name = "i.split('@')[0]";
/** What follows the first part, which may be a registry with a port. */
const rest = `(${name}.contains('/') ? ${name}.substring(${name}.indexOf('/') + 1) : ${name})`;
const hasTag = `${rest}.contains(':')`;
const tag = `${rest}.substring(${rest}.indexOf(':') + 1)`;
const path = `(${hasTag} ? ${name}.substring(0, ${name}.lastIndexOf(':')) : ${name})`;
const isRegistry = `${path}.split('/')[0].matches(${regex("[.:]|^localhost$")})`;
/** Without Docker's registry where it is named, and with the registry and the folder that Docker leaves out. */
const short = `${path}.replace('docker.io/', '')`;
const official = `!${short}.contains('/') && ${any(`${path} == ${short}`, `${path} == 'docker.io/' + ${short}`)}`;
const full = `(${official} ? 'docker.io/library/' + ${short} : ${isRegistry} ? ${path} : 'docker.io/' + ${path})`;

export const imageReferencesCel: CelRendering<ImageParams> = {
  variables: () => [
    ...POD_VARIABLES,
    {
      name: "images",
      expression:
        "variables.containers.map(c, c.?image.orValue('')) + " +
        "variables.pod.?volumes.orValue([]).map(v, v.?image.?reference.orValue(''))",
    },
  ],
  validations: ({ movingTags, registries, requireDigest }) => [
    { expression: each(valid), message: "an image is no image reference. Fix: write registry/repository:tag" },
    {
      expression: each(any(`!(${valid})`, hasDigest, all(hasTag, `!(${moving(movingTags)})`))),
      message: "an image names no version. Fix: name the version that you tested",
    },
    ...(requireDigest
      ? [{ expression: each(any(`!(${valid})`, hasDigest)), message: "an image has no digest. Fix: append @sha256:..." }]
      : []),
    ...(registries.length > 0
      ? [
          {
            expression: each(any(`!(${valid})`, ...registries.map((prefix) => within(prefix.replace(/\/+$/, ""))))),
            message: "an image comes from a registry that is not allowed. Fix: push a copy to one of the list",
          },
        ]
      : []),
  ],
};

function moving(tags: string[]): string {
  const exactly = `${tag} in ${literal(tags)}`;
  return tags.includes("latest") ? any(exactly, `${tag}.startsWith('latest-')`, `${tag}.endsWith('-latest')`) : exactly;
}

function within(prefix: string): string {
  return any(`${full} == ${literal(prefix)}`, `${full}.startsWith(${literal(`${prefix}/`)})`);
}
