import type { AdaptSettings } from "../../components/services/apps/adapt";

/** Settings of an app named `a` without anything of its own. */
export function adaptSettings(more: Partial<AdaptSettings> = {}): AdaptSettings {
  return {
    app: "a",
    namespace: "a",
    shared: false,
    install: "chart",
    podSecurity: "restricted",
    clusterWide: false,
    keepsData: true,
    single: [],
    linterAnnotations: false,
    readyWithin: 60,
    expose: [],
    secrets: [],
    hookSecrets: [],
    services: [],
    ...more,
  };
}
