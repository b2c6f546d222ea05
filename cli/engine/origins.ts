/** Where the engine's parts come from, in words. */
import type { Plugin } from "./official";

export interface Origin {
  how: "installed" | "downloaded" | "built here" | "stand-in";
  /** The part's own version, without `v`, where it is known. */
  version?: string;
}

/** By part: `pulumi` for the command line, else the plugin's name. */
export type Origins = Record<string, Origin>;

/** One part, for example `the official kubernetes plugin 4.25.0, built here`. */
export function describeOrigin(part: string, { how, version }: Origin): string {
  if (how === "stand-in") return `a stand-in of this project acts for the official ${part} plugin`;
  const what = part === "pulumi" ? "Pulumi's command line" : `the official ${part} plugin`;
  return `${what}${version === undefined ? "" : ` ${version}`}, ${how}`;
}

/** What to report when a part is not what a home would have: what was built here and what is stood in for, a line each. */
export function remarkableOrigins(origins: Origins): string[] {
  return Object.entries(origins)
    .filter(([, { how }]) => how === "built here" || how === "stand-in")
    .map(([part, origin]) => describeOrigin(part, origin));
}

export const installCommand = ({ name, version }: Plugin) => `pulumi plugin install resource ${name} ${version}`;

/** Why nothing is done on a cluster of the user's own, and how to go on. */
export function missingPlugins(lacking: readonly Plugin[]): string {
  const names = lacking.map(({ name, version }) => `${name} ${version}`).join(", ");
  return [
    `This stack is for a cluster of your own. Nothing but Pulumi's official plugins acts on one, and this machine lacks: ${names}.`,
    "Get what is missing, then run the same command again:",
    ...lacking.map((plugin) => `  ${installCommand(plugin)}`),
    "What the lab uses in their place (an older kubernetes plugin built here, stand-ins for the others) is for the lab alone.",
  ].join("\n");
}
