import type { Check } from "./check";
import {
  appImagesNeedRegistry,
  artefactsHavePlaces,
  chartsHaveSources,
  chartsHaveVersions,
  distinctApps,
  secretKeysHaveOneSource,
} from "./apps";
import { localstackChecks } from "./localstack";
import { acmeNames, blockFitsMode } from "./certificates";
import { distinctHosts, distinctNamespaces, distinctUsers, hostsFit, registryHostHasDot } from "./names";
import { limitsReachRequests } from "./resources";
import { deletesNeedRegistry, entryPointsDiffer, imagesComeFromElsewhere, pullSecretsNeedRegistry } from "./services";

export const checks: readonly Check[] = [
  blockFitsMode,
  acmeNames,
  entryPointsDiffer,
  hostsFit,
  distinctHosts,
  registryHostHasDot,
  distinctNamespaces,
  pullSecretsNeedRegistry,
  distinctUsers,
  imagesComeFromElsewhere,
  deletesNeedRegistry,
  limitsReachRequests,
  ...localstackChecks,
  distinctApps,
  chartsHaveVersions,
  chartsHaveSources,
  secretKeysHaveOneSource,
  appImagesNeedRegistry,
  artefactsHavePlaces,
];
