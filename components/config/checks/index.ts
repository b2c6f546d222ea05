import type { FindingAt, Path } from "../finding";
import type { Draft } from "../schema";
import { appImagesNeedRegistry, chartsHaveSources, chartsHaveVersions, distinctApps, secretKeysHaveOneSource } from "./apps";
import { localstackChecks } from "./localstack";
import { acmeNames, blockFitsMode } from "./certificates";
import { distinctHosts, distinctNamespaces, distinctUsers, hostsFit, registryHostHasDot } from "./names";
import { limitsReachRequests } from "./resources";
import { deletesNeedRegistry, entryPointsDiffer, imagesComeFromElsewhere, pullSecretsNeedRegistry } from "./services";

/**
 * A check across fields. It sees what is right by itself: a value with a finding of its own is absent from the draft,
 * and `broken` tells it from one that was left out.
 */
export type Check = (draft: Draft, broken: (path: Path) => boolean) => FindingAt[];

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
];
