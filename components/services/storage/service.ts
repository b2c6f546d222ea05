import { defineService } from "../service";
import { storageReferences } from "./references";

export const storage = defineService({
  key: "storage",
  summary: "Volumes: the storage class, and what happens to the data when what it belongs to is removed or destroyed",
  references: storageReferences,
});
