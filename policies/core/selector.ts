import { Field } from "../../kubernetes/objects/field";

/**
 * Whether a label selector selects something with these labels (meta/v1 LabelSelector). An empty one selects everything; one
 * that is not there selects nothing.
 */
export function selects(selector: Field, labels: Field): boolean {
  if (!selector.exists) return false;
  const every = selector.at("matchLabels").entries();
  return (
    every.every(([key, value]) => labels.at(key).text() === value.text()) &&
    selector
      .at("matchExpressions")
      .items()
      .every((expression) => fulfils(expression, labels))
  );
}

function fulfils(expression: Field, labels: Field): boolean {
  const label = labels.at(expression.at("key").text() ?? "").text();
  const among = label !== undefined && expression.at("values").texts().includes(label);
  switch (expression.at("operator").text()) {
    case "In":
      return among;
    case "NotIn":
      return !among;
    case "Exists":
      return label !== undefined;
    case "DoesNotExist":
      return label === undefined;
    default:
      return false;
  }
}
