import { Exemptions, EXEMPTION_SCHEMA, LONGEST_DAYS } from "./exemptions";
import { Judging, Setting } from "./core/evaluate";
import { isRecord } from "../kubernetes/objects/field";
import { Level, Policy } from "./core/policy";
import { ParamTable, paramMistakes, withDefaults } from "./core/schema";

/** The pseudo-rule that carries what concerns all rules. */
export const SETTINGS = "settings";

export interface PackParams {
  strict: boolean;
  exemptions: unknown[];
  maxExemptionDays: number;
}

export const PACK_PARAMS: ParamTable<PackParams> = {
  strict: {
    type: "boolean",
    default: false,
    description: "What cannot be verified at preview counts as much as the rule itself",
  },
  exemptions: {
    type: "array",
    items: EXEMPTION_SCHEMA,
    default: [],
    description: "Agreed exceptions, each with rule, object, reason, owner and the day on which it ends",
  },
  maxExemptionDays: {
    type: "integer",
    minimum: 1,
    default: LONGEST_DAYS,
    description: "How many days ahead an exemption may end",
  },
};

/** What concerns all rules, as they are judged with it. */
export function judgingOf(
  { strict, exemptions, maxExemptionDays }: PackParams,
  rules: readonly Policy[],
  today: string,
): Judging {
  const ids = rules.map(({ id }) => id);
  return { strict, exemptions: new Exemptions(exemptions, ids, today, maxExemptionDays) };
}

/** The rules as a configuration has them, ready to judge. */
export interface Configured {
  settings: Setting[];
  judging: Judging;
}

/**
 * Reads a configuration in the form of `pulumi --policy-pack-config`: for each rule a level, or an object of its
 * parameters with `enforcementLevel`; under "settings" what concerns all rules.
 * @throws Error with every mistake, one a line
 */
export function configure(rules: readonly Policy[], config: unknown, today: string): Configured {
  const wrong: string[] = [];
  const entries = isRecord(config) ? config : {};
  if (config !== undefined && !isRecord(config)) wrong.push("the configuration must be an object, one key a rule");
  const { params: pack } = read(SETTINGS, PACK_PARAMS, entries[SETTINGS], wrong, ["strict", "maxExemptionDays"]);
  const settings = rules.flatMap((policy): Setting[] => {
    const { level, params } = read(policy.id, policy.params, entries[policy.id], wrong);
    const standing = level ?? levelOf(entries.all) ?? policy.level;
    return standing === "disabled" ? [] : [{ policy, params, level: standing === "remediate" ? "mandatory" : standing }];
  });
  const known = [SETTINGS, "all", "advice", ...rules.map(({ id }) => id)];
  for (const id of Object.keys(entries).filter((key) => !known.includes(key))) {
    wrong.push(`${id}: there is no such rule (there are: ${rules.map((rule) => rule.id).join(", ")})`);
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return { settings, judging: judgingOf(pack as PackParams, rules, today) };
}

type Standing = Level | "remediate" | "disabled";

/** `checked` limits the check to some parameters: exemptions judge themselves, one by one. */
function read(
  id: string,
  table: ParamTable<object>,
  entry: unknown,
  wrong: string[],
  checked?: string[],
): { level?: Standing; params: object } {
  if (entry === undefined) return { params: withDefaults(table, {}) };
  if (typeof entry === "string") {
    const level = levelOf(entry);
    if (!level) wrong.push(`${id}: "${entry.slice(0, 40)}" is no level (advisory, mandatory, remediate, disabled)`);
    return { level, params: withDefaults(table, {}) };
  }
  if (!isRecord(entry)) {
    wrong.push(`${id}: must be a level or an object with parameters`);
    return { params: withDefaults(table, {}) };
  }
  const { enforcementLevel, ...params } = entry;
  if (enforcementLevel !== undefined && !levelOf(enforcementLevel)) {
    wrong.push(`${id}: enforcementLevel must be advisory, mandatory, remediate or disabled`);
  }
  const judged = checked
    ? Object.fromEntries(Object.entries(params).filter(([key]) => checked.includes(key) || !Object.hasOwn(table, key)))
    : params;
  const mistakes = paramMistakes(table, judged, id);
  if (checked && params.exemptions !== undefined && !Array.isArray(params.exemptions)) {
    mistakes.push(`${id}.exemptions must be a list`);
  }
  wrong.push(...mistakes);
  return { level: levelOf(enforcementLevel), params: withDefaults(table, mistakes.length > 0 ? {} : params) };
}

function levelOf(value: unknown): Standing | undefined {
  return value === "advisory" || value === "mandatory" || value === "remediate" || value === "disabled" ? value : undefined;
}

/** Today in UTC, as 2027-01-31. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
