import type { Deployed, PlatformContext } from "../service";
import { Admission } from "./admission";

export function deployAdmission({ name, config, facts, child }: PlatformContext): Deployed {
  if (!config.admission.enabled) return {};
  const apps = config.apps.map(({ name: app, namespace, expose }) => ({ app, namespace, expose }));
  new Admission(`${name}-admission`, { ...config.admission, namespaces: facts.namespaces, apps }, child);
  return {};
}
