import type { Check } from "../config/checks/check";
import {
  allowedAppsExist,
  appImagesNeedRegistry,
  artifactsHavePlaces,
  chartsHaveSources,
  chartsHaveVersions,
  databasesHavePlaces,
  distinctApps,
  secretKeysHaveOneSource,
} from "./apps/checks";
import { exposedServicesDiffer, exposuresNameSomething } from "./apps/exposeChecks";
import { localstackChecks } from "./localstack/checks";
import { acmeNames, blockFitsMode } from "./certificates/checks";
import { allowListsHaveRanges, basicAuthHasUsers, middlewaresAreOneEach } from "./apps/middlewareChecks";
import { appNamespacesAreOwn, distinctHosts, distinctUsers, hostsFit, registryHostHasDot } from "./hostChecks";
import { distinctNamespaces, sharedNamespacesDecide, sharedObjectsDiffer } from "./namespaces/checks";
import { limitsReachRequests } from "../config/checks/resources";
import { deletesNeedRegistry, entryPointsDiffer, imagesComeFromElsewhere, pullSecretsNeedRegistry } from "./crossChecks";

export const checks: readonly Check[] = [
  blockFitsMode,
  acmeNames,
  entryPointsDiffer,
  hostsFit,
  distinctHosts,
  registryHostHasDot,
  distinctNamespaces,
  sharedNamespacesDecide,
  sharedObjectsDiffer,
  appNamespacesAreOwn,
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
  artifactsHavePlaces,
  databasesHavePlaces,
  allowedAppsExist,
  middlewaresAreOneEach,
  allowListsHaveRanges,
  basicAuthHasUsers,
  exposedServicesDiffer,
  exposuresNameSomething,
];
