import { defineService } from "../service";
import { storageReferences } from "./references";

export const storage = defineService({
  key: "storage",
  references: storageReferences,
});
