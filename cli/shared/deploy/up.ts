/** Carrying out what was planned; apps whose upgrade fails go back to what they were. */
import { EngineFailure, up } from "../../engine/run";
import { adopt } from "../adopt";
import { deleteAllowed } from "../losses";
import type { Stack } from "../pulumi";
import { forgetRemovedApps, rollBack } from "../rollback";
import { previewAll, type Plan } from "./plan";

/** @throws UserError when it failed: what was done about it, with the first cause */
export async function carryOut(stack: Stack, { options, going }: Plan, allowDelete: readonly string[]): Promise<void> {
  // A run that failed because the cluster had what it was to make goes on once the state knows that.
  const attempt = async (of: Stack): Promise<void> => {
    try {
      await up(of, options);
    } catch (error) {
      if (!(error instanceof EngineFailure) || !(await adopt(of, error.events))) throw error;
      await previewAndUp(of);
    }
  };
  const previewAndUp = async (of: Stack): Promise<void> => {
    await previewAll(of, options, allowDelete);
    await attempt(of);
  };
  forgetRemovedApps(stack);
  await deleteAllowed(stack, going);
  try {
    await attempt(stack);
  } catch (error) {
    if (error instanceof EngineFailure) await rollBack(stack, error, previewAndUp);
    throw error;
  }
}
