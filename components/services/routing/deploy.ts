import { Traefik } from "../../blocks/routing";
import type { Deployed, PlatformContext } from "../service";

export function deployRouting({ name, config, facts, child }: PlatformContext): Deployed {
  const asksForAddresses = facts.hosts.some(({ limited }) => limited);
  new Traefik(`${name}-traefik`, { ...config.routing, asksForAddresses }, child);
  return {};
}
