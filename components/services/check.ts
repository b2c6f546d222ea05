import type { FindingAt, Path } from "../config/finding";
import type { ServedName } from "./host";
import type { Draft } from "./sections";

/**
 * A check across fields. It sees what is right by itself: a value with a finding of its own is absent from the draft,
 * and `broken` tells it from one that was left out.
 * @param served the names of all services in use, as far as their keys are right
 */
export type Check = (draft: Draft, broken: (path: Path) => boolean, served: readonly ServedName[]) => FindingAt[];
