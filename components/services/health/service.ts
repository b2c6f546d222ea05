import { defineService } from "../service";

export const health = defineService({
  key: "health",
});
