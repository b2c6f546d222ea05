import type { ObjectView } from "../core/object";
import { Schema, mistakes } from "../core/schema";

/** One agreed exception: this rule does not apply to these objects, for a reason, on someone's word, until a day. */
export interface Exemption {
  rule: string;
  object: { kind?: string; namespace?: string; name: string };
  reason: string;
  owner: string;
  /** The last day on which it holds, UTC. */
  expires: string;
}

export const EXEMPTION_SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["rule", "object", "reason", "owner", "expires"],
  properties: {
    rule: { type: "string", minLength: 1, description: "Id of the rule that does not apply" },
    object: {
      type: "object",
      additionalProperties: false,
      required: ["name"],
      description:
        "Which objects, by their own name or the resource's logical name; `*` stands for any characters, and alone needs a namespace",
      properties: {
        kind: { type: "string", minLength: 1 },
        namespace: { type: "string", minLength: 1 },
        name: { type: "string", minLength: 1 },
      },
    },
    reason: { type: "string", minLength: 10, description: "Why this is acceptable" },
    owner: { type: "string", minLength: 1, description: "Who answers for it" },
    expires: { type: "string", format: "date", description: "Last day on which it holds, as 2027-01-31" },
  },
};

/** How far ahead an exemption may end where the configuration says nothing: a year. */
export const LONGEST_DAYS = 366;

/** The exemptions that hold today, and what is wrong with the others. Objects cannot exempt themselves. */
export class Exemptions {
  static readonly none = new Exemptions([], [], "1970-01-01");

  private readonly valid: { exemption: Exemption; name: RegExp }[] = [];
  /** Wrong and expired entries: each is a violation, and exempts nothing. */
  readonly violations: { message: string; fix: string }[] = [];

  /**
   * @param entries as the configuration has them, unchecked
   * @param rules the ids of the rules there are
   * @param today as 2027-01-31
   * @param longest how many days from today an exemption may last
   */
  constructor(entries: readonly unknown[], rules: readonly string[], today: string, longest = LONGEST_DAYS) {
    const latest = daysAfter(today, longest);
    entries.forEach((entry, index) => {
      const where = `exemptions[${index}]`;
      const wrong = mistakes(EXEMPTION_SCHEMA, entry, where);
      if (wrong.length > 0) {
        this.violations.push({ message: wrong.join("; "), fix: "correct the entry; until then it exempts nothing" });
        return;
      }
      this.admit(entry as Exemption, rules, { today, latest }, where);
    });
  }

  private admit(
    exemption: Exemption,
    rules: readonly string[],
    { today, latest }: { today: string; latest: string },
    where: string,
  ): void {
    const { rule, object, owner, expires } = exemption;
    const target = [object.kind, object.namespace, object.name].filter(Boolean).join(" ");
    if (!rules.includes(rule)) {
      const message = `${where} names the rule "${rule}", which does not exist`;
      this.violations.push({ message, fix: `name one of ${rules.join(", ")}` });
    } else if (expires < today) {
      const message = `${where} (${rule} for ${target}) expired on ${expires}`;
      this.violations.push({ message, fix: `${owner} renews it with a new date, or removes it and mends the object` });
    } else if (expires > latest) {
      const message = `${where} (${rule} for ${target}) holds until ${expires}, longer than an exemption may`;
      this.violations.push({
        message,
        fix: `let it end on ${latest} or before, or raise maxExemptionDays; until then it exempts nothing`,
      });
    } else if (/^\*+$/.test(object.name) && object.namespace === undefined) {
      const message = `${where} (${rule} for ${target}) covers objects of every name and namespace`;
      this.violations.push({
        message,
        fix: `name the object or a namespace, or set the level of ${rule}; until then it exempts nothing`,
      });
    } else {
      this.valid.push({ exemption, name: wildcard(object.name) });
    }
  }

  /** Those that hold for a rule. */
  of(rule: string): Exemption[] {
    return this.valid.map(({ exemption }) => exemption).filter((exemption) => exemption.rule === rule);
  }

  cover(rule: string, view: ObjectView): boolean {
    return this.valid.some(({ exemption, name }) => {
      const { kind, namespace } = exemption.object;
      return (
        exemption.rule === rule &&
        (kind === undefined || kind === view.kind) &&
        (namespace === undefined || namespace === (view.namespace || "default")) &&
        (name.test(view.name) || (view.logicalName !== "" && name.test(view.logicalName)))
      );
    });
  }
}

/** The day some days after another, as 2027-01-31. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
