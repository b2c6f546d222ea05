import { UNKNOWN, UnknownValue, isUnknown } from "./unknown";

/**
 * A place in an object, read without trust: an absent or wrongly typed value reads as absent, a key of the prototype
 * is no key, and a value that is not known yet throws `UnknownValue` with its path. Rules read objects only so.
 */
export class Field {
  constructor(
    private readonly raw: unknown,
    private readonly parent?: Field,
    private readonly key?: string | number,
  ) {}

  /** The keys and indices that lead here from the root of the document. */
  get steps(): (string | number)[] {
    return Field.stepsTo(this);
  }

  private static stepsTo(field: Field): (string | number)[] {
    const steps: (string | number)[] = [];
    for (let at: Field | undefined = field; at?.key !== undefined; at = at.parent) steps.push(at.key);
    return steps.reverse();
  }

  /** Dotted path from the root of the document, as `spec.containers[0].image`; empty for the root. */
  get path(): string {
    let path = "";
    for (const step of this.steps) {
      if (typeof step === "number") path += `[${step}]`;
      else if (/^[\w-]+$/.test(step)) path += path === "" ? step : `.${step}`;
      else path += `["${step.length > 80 ? `${step.slice(0, 80)}...` : step}"]`;
    }
    return path;
  }

  get unknown(): boolean {
    return isUnknown(this.raw);
  }

  /** The value as it stands; throws if it is not known yet. */
  get value(): unknown {
    if (isUnknown(this.raw)) throw new UnknownValue(this.path);
    return this.raw;
  }

  get exists(): boolean {
    const value = this.value;
    return value !== undefined && value !== null;
  }

  /** The place under some keys, one after the other. Spelt out, because it is most of what judging an object costs. */
  at(first: string, second?: string, third?: string, fourth?: string): Field {
    const child = this.child(first);
    if (second === undefined) return child;
    const grandchild = child.child(second);
    if (third === undefined) return grandchild;
    return fourth === undefined ? grandchild.child(third) : grandchild.child(third).child(fourth);
  }

  along(keys: readonly string[]): Field {
    return keys.reduce((field: Field, key) => field.child(key), this);
  }

  private child(key: string): Field {
    const value = this.value;
    return new Field(isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined, this, key);
  }

  /** The place under a key whose value is not known, where reading it would throw. */
  unknownAt(key: string): Field {
    return new Field(UNKNOWN, this, key);
  }

  /** The elements of a list; none for anything else. */
  items(): Field[] {
    const value = this.value;
    return Array.isArray(value) ? value.map((item, index) => new Field(item, this, index)) : [];
  }

  /** The entries of a map; none for anything else. */
  entries(): [string, Field][] {
    const value = this.value;
    return isRecord(value) ? Object.keys(value).map((key) => [key, new Field(value[key], this, key)]) : [];
  }

  text(): string | undefined {
    const value = this.value;
    return typeof value === "string" ? value : undefined;
  }

  /** A number, also one written as text (`replicas: "2"`); `.nan` and `.inf` are none, as in JSON. */
  number(): number | undefined {
    const value = this.value;
    if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
    return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
  }

  /** Text, number or boolean as text. */
  scalar(): string | undefined {
    const value = this.value;
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
  }

  isTrue(): boolean {
    const value = this.value;
    return value === true || value === "true";
  }

  texts(): string[] {
    return this.items().flatMap((item) => item.text() ?? []);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
