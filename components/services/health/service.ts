import { defineService } from "../service";

export const health = defineService({
  key: "health",
  summary: "Checks of the running services",
});
