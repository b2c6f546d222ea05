import type { Deployed, PlatformContext } from "../service";
import { Localstack } from "./localstack";
import { useEmulator } from "./nextSteps";
import { emulatorProbe } from "./probes";

export function deployLocalstack({ name, config, child, keeper, routerPeers, made }: PlatformContext): Deployed {
  if (!config.localstack.enabled) return {};
  const emulator = new Localstack(
    `${name}-localstack`,
    { config: config.localstack, issuer: made.issuer, router: config.routing, routerPeers, keeper },
    child,
  );
  return {
    outputs: {
      localstackEnvironment: emulator.environment,
      localstackResources: emulator.declared,
      localstackPersistence: emulator.persistence,
      localstackPersistenceReason: emulator.persistenceReason,
    },
    nextSteps: [useEmulator(emulator, config.certificates.mode === "ownCa")],
    health: {
      name: "localstack-health",
      type: "LocalstackHealth",
      component: emulator,
      probe: emulatorProbe(emulator.url),
      triggers: [emulator.revision],
    },
  };
}
