import type { Check } from "./check";
import {
  allowedAppsExist,
  appImagesNeedRegistry,
  artifactsHavePlaces,
  chartsHaveSources,
  chartsHaveVersions,
  databasesHavePlaces,
  distinctApps,
  secretKeysHaveOneSource,
} from "./apps";
import { exposedServicesDiffer, exposuresNameSomething } from "./expose";
import { localstackChecks } from "./localstack";
import { acmeNames, blockFitsMode } from "./certificates";
import { allowListsHaveRanges, basicAuthHasUsers, middlewaresAreOneEach } from "./middlewares";
import { appNamespacesAreOwn, distinctHosts, distinctUsers, hostsFit, registryHostHasDot } from "./names";
import { distinctNamespaces, sharedNamespacesDecide, sharedObjectsDiffer } from "./namespaces";
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
