/** Before a deployment: what would make it fail or wait is looked for, mended where that can be done, else refused. */
import { refuseTerminating, unprotect } from "../losses";
import type { Stack } from "../pulumi";
import { recover } from "../recover";
import { readStackFile } from "../stacks";
import { awaitWebhooks, requireSurroundings } from "../surroundings";

/**
 * @param allowDelete names of claims and namespaces that may be lost
 * @returns whether something around the stack was warned about
 * @throws UserError when the deployment could not go through
 */
export async function prepare(stack: Stack, allowDelete: readonly string[]): Promise<{ warned: boolean }> {
  refuseTerminating(stack, allowDelete);
  await recover(stack);
  const warned = requireSurroundings(stack);
  await awaitWebhooks(stack);
  unprotect(stack, allowDelete);
  await stack.cluster.ensureImages(readStackFile(stack.file).config ?? {});
  return { warned };
}
