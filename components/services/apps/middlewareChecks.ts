import type { FindingAt, Path } from "../../config/finding";
import type { Check } from "../check";

/* What a route's middlewares ask of the app's other settings. */

const KEYS = ["basicAuth", "forwardAuth", "rateLimit", "ipAllowList"] as const;

/** Their order is the list's, and a map has none. */
export const middlewaresAreOneEach: Check = (draft, broken) => {
  return eachMiddleware(draft, (middleware, path) => {
    const given = KEYS.filter((key) => middleware[key] !== undefined);
    if (given.length === 1 || KEYS.some((key) => broken([...path, key]))) return [];
    const cause = given.length === 0 ? "names no middleware" : `names several: ${given.join(", ")}`;
    return [{ path, cause, allowed: `one of ${KEYS.join(", ")}`, fix: { say: "give each an entry of its own, in their order" } }];
  });
};

/** An empty list would let nobody in, or, to some readers, everybody. */
export const allowListsHaveRanges: Check = (draft, broken) => {
  return eachMiddleware(draft, ({ ipAllowList }, path) => {
    const at: Path = [...path, "ipAllowList", "ranges"];
    if (ipAllowList?.ranges === undefined || ipAllowList.ranges.length > 0 || broken(at)) return [];
    return [{ path: at, cause: "is empty", allowed: "at least one range", fix: { say: "name the ranges, or remove the entry" } }];
  });
};

/** Traefik reads a Secret that has one key, and takes each of its lines for `user:hash`. */
export const basicAuthHasUsers: Check = (draft, broken) => {
  return eachMiddleware(draft, ({ basicAuth }, path, i) => {
    const name = basicAuth?.secret;
    const at: Path = [...path, "basicAuth", "secret"];
    if (name === undefined) return [];
    const secrets = draft.apps?.[i]?.secrets ?? [];
    const j = secrets.findIndex((secret) => secret.name === name);
    if (j === -1) {
      if (broken(["apps", i, "secrets"])) return [];
      const there = secrets.map((secret) => secret.name).join(", ");
      const cause = `is none of the app's secrets${there === "" ? ": it has none" : ` (${there})`}`;
      const say = `add it under the app's secrets, with one key and as its value the line that \`htpasswd -nB NAME\` prints`;
      return [{ path: at, cause, allowed: "the name of one of the app's secrets", fix: { say } }];
    }
    // Whoever makes it writes the users.
    if (secrets[j]!.madeBy !== undefined) return [];
    const keys = secrets[j]!.keys ?? [];
    if (broken(["apps", i, "secrets", j, "keys"])) return [];
    if (keys.length !== 1) {
      const cause = `is a Secret of ${keys.length} keys, and Traefik reads users only from one that has exactly one`;
      return [{ path: at, cause, allowed: "a Secret with one key", fix: { say: "give the users a Secret of their own" } }];
    }
    const [{ value, generate } = {}] = keys;
    const valueAt: Path = ["apps", i, "secrets", j, "keys", 0, "value"];
    const allowed = "lines of `user:hash`, as `htpasswd -nB NAME` prints them";
    if (generate !== undefined) {
      const cause = `is missing: basicAuth reads this Secret, and what \`generate\` makes is no line of users`;
      return value === undefined ? [{ path: valueAt, cause, allowed, fix: { setSecret: true } }] : [];
    }
    if (value === undefined || broken(valueAt) || isUserList(value)) return [];
    return [
      {
        path: valueAt,
        cause: "is no list of users, and basicAuth reads it as one",
        allowed,
        fix: { setSecret: true },
        private: true,
      },
    ];
  });
};

/** bcrypt, Apache's MD5, SHA-1: what Traefik checks. Any other text would let nobody in. */
function isUserList(value: string): boolean {
  const lines = value.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.length > 0 && lines.every((line) => /^[^\s:]+:(\$2[aby]\$\d\d\$|\$apr1\$|\{SHA\})\S+$/.test(line.trim()));
}

type Draft = Parameters<Check>[0];
type Middleware = NonNullable<NonNullable<NonNullable<NonNullable<Draft["apps"]>[number]["route"]>["middlewares"]>[number]>;

function eachMiddleware(draft: Draft, look: (middleware: Middleware, path: Path, app: number) => FindingAt[]): FindingAt[] {
  return (draft.apps ?? []).flatMap(({ route }, i) =>
    (route?.middlewares ?? []).flatMap((middleware, j) => look(middleware, ["apps", i, "route", "middlewares", j], i)),
  );
}
