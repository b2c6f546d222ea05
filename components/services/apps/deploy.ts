import { pullSecretName } from "../../builders";
import type { Deployed, PlatformContext } from "../service";
import { HelmApp } from "./helmApp";
import { Neighbours } from "./neighbours";
import { findExposed } from "./nextSteps";

export function deployApps({ name, config, child, keeper, made }: PlatformContext): Deployed {
  const { apps, namespaces, routing } = config;
  const neighbours = new Neighbours();
  const installed = apps.map((app) => ({ ...app, state: install(app).state }));
  const exposed = installed.flatMap(({ name: app, namespace, state }) =>
    (state.exposed ?? []).map(({ service, ports }) => ({ app, namespace, service, ports })),
  );
  return {
    outputs: { apps: apps.length > 0 ? Object.fromEntries(installed.map((app) => [app.name, app.state])) : undefined },
    nextSteps: [findExposed(exposed)],
  };

  function install(app: (typeof apps)[number]) {
    const { registry } = made;
    const namespace = made.namespaces.get(app.namespace)!;
    const pulls = !app.shared || namespaces.some((one) => one.pullSecret && one.name === app.namespace);
    const pullSecret = pulls ? pullSecretName : undefined;
    return new HelmApp(
      `${name}-app-${app.name}`,
      {
        ...app,
        issuer: made.issuer,
        router: routing,
        keeper,
        neighbours,
        registry: registry && { server: registry.server, pullSecret, access: registry.access },
      },
      { ...child, dependsOn: registry === undefined ? [namespace] : [namespace, registry.component] },
    );
  }
}
