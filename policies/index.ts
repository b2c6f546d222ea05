// The policy pack, as Pulumi starts it: assembly only.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

new PolicyPack("homelab-policies", { policies });
