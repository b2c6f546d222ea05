import { DEFAULT_SCALAR_STYLE_RULES, SCALAR_STYLE, type ScalarStyleRule, dump } from "js-yaml";
import { resolveScalar } from "./scalars";

/** Some readers look for these at a line's start before they read what follows. */
const DOCUMENT_MARK = /^(?:---|\.\.\.)/;

/** Keys are left bare where any reader takes them for texts. */
const quoteAmbiguousKeys: ScalarStyleRule = (layout) => {
  const { value } = layout.node;
  const isAmbiguous = typeof resolveScalar(value) !== "string" || DOCUMENT_MARK.test(value);
  if (layout.isKey && isAmbiguous) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
};

const scalarStyleRules = [quoteAmbiguousKeys, ...Object.values(DEFAULT_SCALAR_STYLE_RULES)];

/**
 * A text of YAML for a file that a person may read as well as another program: every text stands in quotes, so that readers of
 * YAML 1.1 and 1.2 agree on it. Where no person reads, JSON is enough.
 */
export function toYaml(value: unknown): string {
  return dump(value, { forceQuotes: true, quoteStyle: "double", lineWidth: -1, noRefs: true, scalarStyleRules });
}
