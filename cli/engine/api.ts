/**
 * Pulumi's Automation API and the CLI that it calls. To load it takes half a second and to ask the CLI for its version another
 * fifth, so both begin while the engine is being provided (provide.ts), which waits for other programs.
 */
import { dirname } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { paths } from "../../shared/paths";

export const automation = () => import("@pulumi/pulumi/automation/index.js");

let found: Promise<PulumiCommand> | undefined;

export const pulumiCommand = () =>
  (found ??= automation().then(({ PulumiCommand: command }) => command.get({ root: dirname(paths.engine) })));

/** Begins with something that is needed later: whoever awaits it then meets its failure. */
export const begin = (loading: Promise<unknown>): void => void loading.catch(() => undefined);
