import { admission } from "./admission/service";
import { apps } from "./apps/service";
import { artifacts } from "./artifacts/service";
import { certificates } from "./certificates/service";
import { health } from "./health/service";
import { localstack } from "./localstack/service";
import { namespaces } from "./namespaces/service";
import { page } from "./page/service";
import { registry } from "./registry/service";
import { routing } from "./routing/service";
import type { Service } from "./service";
import { storage } from "./storage/service";

/** In the order in which they are deployed: each finds there what it needs of those before it. */
export const services: readonly Service[] = [
  routing,
  admission,
  certificates,
  storage,
  namespaces,
  registry,
  localstack,
  apps,
  artifacts,
  page,
  health,
];
