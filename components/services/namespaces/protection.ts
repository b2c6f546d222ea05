import type { Protection } from "../../config/types";
import type { PlatformConfig } from "../resolve";

/** Of a namespace with these apps and, of its own, `own`: every claim in it would go with it. */
export function namespaceProtection(apps: PlatformConfig["apps"], own: Protection = "none"): Protection {
  const volumes = apps.flatMap(({ database }) =>
    [database?.storage, database?.backup?.storage].flatMap((volume) => volume?.protection ?? []),
  );
  if ([own, ...volumes].includes("protect")) return "protect";
  // A claim of a chart is protected itself; an app without any can go.
  return [own, ...volumes, ...apps.map(({ protection }) => protection)].every((level) => level === "none") ? "none" : "retain";
}
