import type { FindingAt, Path } from "./finding";

/**
 * A check across fields. It sees what is right by itself: a value with a finding of its own is absent from the draft,
 * and `broken` tells it from one that was left out.
 */
export type Check<Draft> = (draft: Draft, broken: (path: Path) => boolean) => FindingAt[];
