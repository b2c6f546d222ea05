/** Conditions that the program itself names: the annotation `pulumi.com/waitFor`. */
import { annotation, text, type KubeObject } from "../objects";
import { isMap } from "../values";
import { conditionOf, READY, waiting, type Check, type Verdict } from "./condition";
import { find, parseJsonPath } from "./jsonpath";

export const WAIT_FOR = "pulumi.com/waitFor";

/** The check that an object's annotation asks for; undefined if it asks for none. @throws Error for a bad annotation */
export function waitForCheck(object: KubeObject): Check | undefined {
  const value = annotation(object, WAIT_FOR);
  if (value === "") return undefined;
  const checks = expressionsOf(value).map(parseExpression);
  if (checks.length === 0) throw new Error(`${WAIT_FOR} is an empty list: at least one condition must be specified`);
  return (live) => checks.map((check) => check(live)).find(({ ready }) => !ready) ?? READY;
}

/** A JSON list of expressions, or one expression. */
function expressionsOf(value: string): string[] {
  try {
    const parsed: unknown = JSON.parse(value);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Not JSON: one expression.
  }
  return [value];
}

function parseExpression(expression: string): (live: KubeObject) => Verdict {
  if (expression.startsWith("condition=")) {
    const [type = "", wanted = "True"] = expression.slice("condition=".length).split("=");
    return (live) => {
      const condition = conditionOf(live, type);
      if (text(condition, "status").toLowerCase() === wanted.toLowerCase()) return READY;
      const message = text(condition, "message");
      return waiting(`condition ${type}=${wanted}`, message === "" ? [] : [message]);
    };
  }
  if (expression.startsWith("jsonpath=")) {
    const match = /^jsonpath=(\{.*\}|[^=]*(?:\[[^\]]*\][^=]*)*)(?:=(.*))?$/s.exec(expression);
    const steps = parseJsonPath(match?.[1] ?? "");
    const wanted = match?.[2]?.replace(/^(["'])(.*)\1$/s, "$2");
    return (live) => {
      const found = find(live, steps);
      const held = found.some((value) =>
        wanted === undefined ? value !== null && !isMap(value) && !Array.isArray(value) : String(value) === wanted,
      );
      return held ? READY : waiting(expression);
    };
  }
  throw new Error(`${WAIT_FOR}: expected a "jsonpath=" or "condition=" prefix, got "${expression}"`);
}
