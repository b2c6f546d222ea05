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
      description: "Which objects; `*` in the name stands for any characters",
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
   */
  constructor(entries: readonly unknown[], rules: readonly string[], today: string) {
    entries.forEach((entry, index) => {
      const where = `exemptions[${index}]`;
      const wrong = mistakes(EXEMPTION_SCHEMA, entry, where);
      if (wrong.length > 0) {
        this.violations.push({ message: wrong.join("; "), fix: "correct the entry; until then it exempts nothing" });
        return;
      }
      this.admit(entry as Exemption, rules, today, where);
    });
  }

  private admit(exemption: Exemption, rules: readonly string[], today: string, where: string): void {
    const { rule, object, owner, expires } = exemption;
    if (!rules.includes(rule)) {
      const message = `${where} names the rule "${rule}", which does not exist`;
      this.violations.push({ message, fix: `name one of ${rules.join(", ")}` });
    } else if (expires < today) {
      const target = [object.kind, object.namespace, object.name].filter(Boolean).join(" ");
      const message = `${where} (${rule} for ${target}) expired on ${expires}`;
      this.violations.push({ message, fix: `${owner} renews it with a new date, or removes it and mends the object` });
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
        name.test(view.name)
      );
    });
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
