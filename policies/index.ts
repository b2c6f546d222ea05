// The policy pack, as Pulumi starts it: assembly only.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";
import { description, name } from "./package.json";

new PolicyPack(name, {
  displayName: "Homelab",
  description,
  tags: ["kubernetes", "security", "reliability"],
  policies,
});
