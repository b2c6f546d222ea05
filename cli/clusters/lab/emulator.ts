/** What of the AWS emulators runs on the lab, where no image can be pulled: those that are assembled from Python packages. */
import { buildEmulatorImage, emulatorImageNames, emulatorVersions, type Emulator } from "../../../lab/images/localstack";
import { requireNode } from "../../../lab/cluster/node";
import { loadImage } from "../../../lab/cluster/up";
import { UserError } from "../../../shared/process";
import { say } from "../../../shared/progress";

/** By flavor: the emulator that the lab runs for it. */
const standIns: Record<string, Emulator> = {
  localstack: "localstack",
  ministack: "ministack",
  "localstack-persist": "ministack",
};

/** Said at every deployment. */
const words: Record<Emulator, string> = {
  localstack: `LocalStack ${emulatorVersions.localstack}, assembled here from its Python package, without DynamoDB`,
  ministack:
    `MiniStack ${emulatorVersions.ministack}, assembled here from its Python package; for the flavor localstack-persist too, ` +
    "which no package registry has",
};

/**
 * What the lab changes in a stack's section `homelab:localstack`; nothing where there is no emulator, or an image of the
 * user's own.
 * @throws UserError for a flavor that the lab cannot run
 */
export function emulatorSettings(section: unknown): Record<string, unknown> {
  const { enabled, flavor = "localstack", image, tables } = (section ?? {}) as Record<string, unknown>;
  if ((enabled !== true && enabled !== "true") || image !== undefined) return {};
  const standIn = standIns[String(flavor)];
  if (standIn === undefined) {
    throw new UserError(
      `The lab cannot run the AWS emulator's flavor ${String(flavor)}: it pulls no images. It has ${Object.keys(standIns).join(", ")}. ` +
        "Set homelab:localstack.flavor to one of them, or homelab:localstack.enabled to false.",
    );
  }
  if (standIn === "localstack" && Array.isArray(tables) && tables.length > 0) {
    throw new UserError(
      "The lab's LocalStack has no DynamoDB, which needs Java and a download of its own, so it cannot make homelab:localstack.tables. " +
        "Set homelab:localstack.flavor to ministack, or take the tables away.",
    );
  }
  return { ...(standIn === flavor ? {} : { flavor: standIn }), image: emulatorImageNames[standIn] };
}

/** Has the node hold the emulator's image when a stack's section `homelab:localstack` names one of the lab's; says what it is. */
export async function ensureEmulatorImage(section: unknown): Promise<void> {
  const { image: name } = (section ?? {}) as Record<string, unknown>;
  const emulator = (Object.keys(emulatorImageNames) as Emulator[]).find((flavor) => emulatorImageNames[flavor] === name);
  if (emulator === undefined) return;
  say(`  AWS emulator: ${words[emulator]}`);
  loadImage(requireNode(), await buildEmulatorImage(emulator));
}
