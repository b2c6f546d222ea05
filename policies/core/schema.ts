import { isRecord } from "../../kubernetes/objects/field";
import { quantity } from "../../kubernetes/quantity";

/** The part of JSON Schema that parameters use; what Pulumi accepts as a policy's configSchema. */
export interface Schema {
  type: "string" | "number" | "integer" | "boolean" | "array" | "object";
  description?: string;
  default?: unknown;
  enum?: (string | number)[];
  pattern?: string;
  format?: "quantity" | "date" | "regex";
  minimum?: number;
  minLength?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean;
}

/** A rule's parameters: one schema each, with the default that homelab and dev share. */
export type ParamTable<P extends object> = { [K in keyof P]: Schema & { default: P[K]; description: string } };

/** What is wrong with a value by its schema, each a sentence that starts with the place; none when it is right. */
export function mistakes(schema: Schema, value: unknown, where: string): string[] {
  if (!hasType(schema.type, value)) return [`${where} must be ${article(schema.type)}`];
  if (schema.enum && !schema.enum.includes(value as string | number)) {
    return [`${where} must be one of ${schema.enum.join(", ")}`];
  }
  if (typeof value === "string") return textMistakes(schema, value, where);
  if (typeof value === "number" && schema.minimum !== undefined && value < schema.minimum) {
    return [`${where} must be at least ${schema.minimum}`];
  }
  if (Array.isArray(value) && schema.items) {
    const items = schema.items;
    return value.flatMap((item, index) => mistakes(items, item, `${where}[${index}]`));
  }
  return isRecord(value) && schema.properties ? recordMistakes(schema, value, where) : [];
}

function textMistakes(schema: Schema, value: string, where: string): string[] {
  if (value.length < (schema.minLength ?? 0)) {
    return [schema.minLength === 1 ? `${where} must not be empty` : `${where} must have at least ${schema.minLength} characters`];
  }
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return [`${where} must match ${schema.pattern}`];
  if (schema.format === "quantity" && !((quantity(value) ?? 0) > 0)) {
    return [`${where} must be a Kubernetes quantity above zero, as 500m or 2Gi`];
  }
  if (schema.format === "date" && !isDate(value)) return [`${where} must be a date, as 2027-01-31`];
  if (schema.format === "regex" && !isExpression(value)) return [`${where} must be a regular expression`];
  return [];
}

function isExpression(value: string): boolean {
  try {
    return new RegExp(value) !== undefined;
  } catch {
    return false;
  }
}

function recordMistakes(schema: Schema, value: Record<string, unknown>, where: string): string[] {
  const properties = schema.properties ?? {};
  const found = Object.keys(value).flatMap((key) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property) return value[key] === undefined ? [] : mistakes(property, value[key], `${where}.${key}`);
    const allowed = Object.keys(properties).join(", ");
    return schema.additionalProperties === false ? [`${where}.${key} is not known (allowed: ${allowed})`] : [];
  });
  const missing = (schema.required ?? []).filter((key) => value[key] === undefined);
  return [...found, ...missing.map((key) => `${where}.${key} is missing`)];
}

function hasType(type: Schema["type"], value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isRecord(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function article(type: string): string {
  return type === "array" ? "a list" : /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

export function isDate(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    new Date(`${value}T00:00:00Z`).getTime() >= 0 &&
    new Date(`${value}T00:00:00Z`).toISOString().startsWith(value)
  );
}

/** The parameters of a rule: what the configuration says, the defaults for the rest. `config` is already checked. */
export function withDefaults<P extends object>(table: ParamTable<P>, config: Record<string, unknown>): P {
  const params: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries<Schema>(table as Record<string, Schema>)) {
    params[key] = config[key] ?? schema.default;
  }
  return params as P;
}

export function paramMistakes(table: ParamTable<object>, config: Record<string, unknown>, where: string): string[] {
  const schema: Schema = { type: "object", properties: table as Record<string, Schema>, additionalProperties: false };
  return mistakes(schema, config, where);
}
