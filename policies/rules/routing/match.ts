/** One matcher of Traefik's rule language, as Host(`a`), or what stands behind a `!`. */
export interface Matcher {
  /** `!` for anything that is negated. */
  name: string;
  values: string[];
  /** As written, without spaces. */
  text: string;
}

/** Matchers that must all fit. */
export type Alternative = readonly Matcher[];

/** Nobody writes longer rules; a hostile one must not take the reader's time. */
const LONGEST = 5000;
const DEEPEST = 30;
const MOST = 100;

/**
 * The alternatives of a rule (doc.traefik.io, "Routers: rule"): `a && (b || c)` is `a && b` or `a && c`. An empty rule has
 * one alternative, which fits everything, and so has one too long to be looked into; one that cannot be read has none,
 * because Traefik serves none.
 */
export function alternativesOf(rule: string): readonly Alternative[] {
  if (rule.trim() === "" || rule.length > LONGEST) return [[]];
  const reader = new Reader(rule.match(TOKEN) ?? []);
  const alternatives = reader.either(0);
  return alternatives && reader.done ? alternatives : [];
}

const TOKEN = /&&|\|\||[!(),]|`[^`]*`|"[^"]*"|'[^']*'|\w+|\S/g;

class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly string[]) {}

  get done(): boolean {
    return this.at === this.tokens.length;
  }

  either(depth: number): Alternative[] | undefined {
    let all: Alternative[] = [];
    do {
      const both = this.both(depth);
      if (!both) return undefined;
      all = [...all, ...both].slice(0, MOST);
    } while (this.take("||"));
    return all;
  }

  private both(depth: number): Alternative[] | undefined {
    let all: Alternative[] = [[]];
    do {
      const one = this.one(depth);
      if (!one) return undefined;
      all = all.flatMap((left) => one.map((right) => [...left, ...right])).slice(0, MOST);
    } while (this.take("&&"));
    return all;
  }

  private one(depth: number): Alternative[] | undefined {
    if (depth > DEEPEST) return undefined;
    const start = this.at;
    if (this.take("!")) {
      if (!this.one(depth + 1)) return undefined;
      return [[{ name: "!", values: [], text: this.tokens.slice(start, this.at).join("") }]];
    }
    if (this.take("(")) {
      const inner = this.either(depth + 1);
      return this.take(")") ? inner : undefined;
    }
    return this.matcher();
  }

  private matcher(): Alternative[] | undefined {
    const start = this.at;
    const name = this.tokens[this.at++] ?? "";
    if (!/^[A-Za-z]\w*$/.test(name) || !this.take("(")) return undefined;
    const values: string[] = [];
    for (let token = this.tokens[this.at++]; token !== ")"; token = this.tokens[this.at++]) {
      if (token === undefined) return undefined;
      if (/^[`"']./.test(token)) values.push(token.slice(1, -1));
      else if (token !== ",") return undefined;
    }
    return [[{ name, values, text: this.tokens.slice(start, this.at).join("") }]];
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}
