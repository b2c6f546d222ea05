import { toCrossGuard } from "./crossguard";
import { RULES } from "./rules";

/** Everything that the policy pack enforces, for `new PolicyPack` and for tests. */
export const policies = toCrossGuard(RULES);
