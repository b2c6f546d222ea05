/**
 * The part of Kubernetes' JSONPath that conditions are written in: `{.a.b[0]['c.d'][?(@.type=="Ready")].status}`.
 * Source: kubernetes.io/docs/reference/kubectl/jsonpath
 */
import { NotDoneError } from "../errors";
import { at } from "../objects";
import { isMap, type PropertyValue } from "../values";

type Step = string | number | "*" | { path: string[]; value: string };

/** @throws NotDoneError for an expression outside that part */
export function parseJsonPath(expression: string): Step[] {
  const bare = expression
    .trim()
    .replace(/^\{(.*)\}$/s, "$1")
    .trim()
    .replace(/^\$/, "");
  const body = /^[.[]/.test(bare) ? bare : `.${bare}`;
  const token =
    /\.([\w-]+(?:\\\.[\w-]+)*)|\[(\d+)\]|(\[\*\])|\['((?:[^'\\]|\\.)*)'\]|\[\?\(\s*@\.([\w.-]+)\s*==\s*["']([^"']*)["']\s*\)\]/y;
  const steps: Step[] = [];
  while (token.lastIndex < body.length) {
    const match = token.exec(body);
    if (match === null) throw new NotDoneError(`The JSONPath expression ${expression}`);
    if (match[1] !== undefined) steps.push(match[1].replaceAll("\\.", "."));
    else if (match[2] !== undefined) steps.push(Number(match[2]));
    else if (match[3] !== undefined) steps.push("*");
    else if (match[4] !== undefined) steps.push(match[4]);
    else steps.push({ path: (match[5] ?? "").split("."), value: match[6] ?? "" });
  }
  return steps;
}

export function find(value: PropertyValue, steps: Step[]): PropertyValue[] {
  let found: PropertyValue[] = [value];
  for (const step of steps) {
    found = found.flatMap((part) => {
      if (step === "*") return Array.isArray(part) ? part : isMap(part) ? Object.values(part) : [];
      if (typeof step === "object") {
        return Array.isArray(part) ? part.filter((entry) => String(at(entry, ...step.path) ?? "") === step.value) : [];
      }
      const member = at(part, step);
      return member === undefined ? [] : [member];
    });
  }
  return found;
}
