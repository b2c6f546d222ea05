/** What a preview says of the platform's authority. Pure. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { ROOT } from "../../../components/blocks/certificates/objects";
import { changesOf } from "../losses/changes";

/** What a deployment would do to the root that every device trusts, as a sentence; undefined where it leaves it alone. */
export function changeOfRoot(events: readonly EngineEvent[]): string | undefined {
  const change = changesOf(events).find(
    ({ object: { kind, metadata } }) =>
      kind === "Certificate" && metadata.name === ROOT.name && metadata.namespace === ROOT.namespace,
  );
  if (change === undefined || change.what === "new") return undefined;
  const former = String(change.object.spec?.commonName);
  if (change.now === undefined) {
    return `This deployment takes away the platform's authority "${former}": every device has to trust what signs in its place.`;
  }
  const name = String(change.now.spec?.commonName);
  if (change.what !== "replaced" && name === former) return undefined;
  return (
    `This deployment gives the platform another authority, "${name}" in place of "${former}": every device has to be told to trust it. ` +
    "Until then the former one is trusted beside it, and what it signed is served on (npm start; a bare pulumi up tells nobody)."
  );
}
