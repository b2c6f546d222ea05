import { Field } from "./field";
import { UnknownValue, unknownPath } from "./unknown";

/** What a rule says about one place in one object. Neither text ever holds a value that may be secret. */
export interface Finding {
  /** What is wrong, without the object's name: the carriers put that in front. */
  message: string;
  /** What to do about it, an imperative sentence. */
  fix: string;
  /** Where, as `spec.template.spec.containers[0].resources`. */
  path: string;
  /** Worth saying, never worth stopping for: reported as advice at any level of the rule. */
  advice?: boolean;
  /** The rule could not see enough to judge: advice, or in strict mode as serious as the rule itself. */
  unverifiable?: boolean;
}

export function finding(where: Field | string, message: string, fix: string): Finding {
  return { message, fix, path: typeof where === "string" ? where : where.path };
}

export function advice(where: Field | string, message: string, fix: string): Finding {
  return { ...finding(where, message, fix), advice: true };
}

export function unverifiable(where: Field | string, message: string, fix: string): Finding {
  return { ...finding(where, message, fix), unverifiable: true };
}

/** What a patch leaves alone, nobody can see in it. */
export function unseen(where: Field, what: string): Finding {
  return unverifiable(where, `cannot be verified: the patch does not show ${what}`, "put it into the patch too");
}

/** What a part of a check gives: findings, one finding, or nothing. */
export type Found = Iterable<Finding> | Finding | undefined;

/**
 * One part of a check. When it meets a value that is not known yet, what it found so far stands, and one finding says
 * what could not be verified; the other parts of the check are not disturbed.
 */
export function attempt(part: () => Found): readonly Finding[] {
  return each(ONCE, part);
}

const ONCE = [undefined];
const NONE: readonly Finding[] = [];

/** `attempt` for each item. */
export function each<T>(items: Iterable<T>, part: (item: T) => Found): readonly Finding[] {
  let found: Finding[] | undefined;
  for (const item of items) {
    try {
      const one = part(item);
      // Nearly every part of nearly every check finds nothing: that way is kept free of work.
      if (one === undefined || one === NONE) continue;
      if (!isIterable(one)) (found ??= []).push(one);
      else for (const each of one) (found ??= []).push(each);
    } catch (error) {
      (found ??= []).push(notKnown(error));
    }
  }
  return found ?? NONE;
}

function isIterable(found: Iterable<Finding> | Finding): found is Iterable<Finding> {
  return (found as Finding).message === undefined;
}

function notKnown(error: unknown): Finding {
  const path = unknownPath(error);
  if (path === undefined) throw error;
  const what = (error instanceof UnknownValue ? error.what : path) || "the whole object";
  return unverifiable(
    path,
    `cannot be verified: ${what} is not known before the deployment`,
    "make the value known at preview (plain configuration instead of another resource's output)",
  );
}
