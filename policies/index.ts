// The policy pack, as `pulumi preview --policy-pack policies` starts it: assembly only.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

new PolicyPack("homelab-policies", { policies });
