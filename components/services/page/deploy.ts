import { httpsUrl } from "../../blocks/routing";
import type { Deployed, PlatformContext } from "../service";
import { renderPage } from "./html";
import { Page } from "./page";
import { pageProbe } from "./probes";

export function deployPage({ name, config, facts, child, routerPeers, made, nextSteps }: PlatformContext): Deployed {
  const { page, routing, domain } = config;
  if (!page.enabled) return {};
  const links = facts.hosts.flatMap(({ host, title }) =>
    title === undefined ? [] : [{ title, url: httpsUrl(host, routing.port) }],
  );
  const { caCertificate, ownAuthority } = made.issuer;
  const html = renderPage({ domain, links, steps: nextSteps, certificate: ownAuthority });
  const authority = ownAuthority ? caCertificate : undefined;
  const served = { ...page, html, caCertificate: authority, issuer: made.issuer, router: routing, routerPeers };
  const component = new Page(`${name}-page`, served, child);
  return {
    health: {
      name: "page-health",
      type: "PageHealth",
      component,
      probe: pageProbe(component.url),
      triggers: [html],
    },
  };
}
