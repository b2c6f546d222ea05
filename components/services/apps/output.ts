import type * as pulumi from "@pulumi/pulumi";
import { exposedName } from "../../../kubernetes/exposed";
import type { AppConfig, AppRouteConfig } from "./types";
import { httpsUrl, type Router } from "../../blocks/routing";
import { backupClaim } from "./settings";

/** What an app tells about itself; no secret in it. */
export interface AppOutput {
  namespace: string;
  chart: string;
  version?: string;
  /** The app's page, and the addresses that tell whether it serves. */
  url?: string;
  health?: string[];
  /** `ready` when all that the chart makes was ready at the end of the deployment; `npm run health` tells the present. */
  state: pulumi.Output<string>;
  /** Services beside the route, each with the ports that it exposes; `kubectl get service` shows their addresses. */
  exposed?: { service: string; ports: string[]; allowedRanges: string[] }[];
  database?: { workload: string; files: string[]; claim: string; backups?: string };
}

/** `ready` is known when what the chart makes has been waited for. */
export function appOutput(app: AppConfig & { router: Router }, ready: pulumi.Output<string>): AppOutput {
  const { namespace, chart, version, route, expose, database, router } = app;
  const url = ({ host }: AppRouteConfig) => httpsUrl(host, router.port);
  return {
    namespace,
    chart,
    ...(version === undefined ? {} : { version }),
    ...(route === undefined ? {} : { url: url(route), health: route.health.map((path) => url(route) + path) }),
    state: ready,
    ...(expose.length === 0 ? {} : { exposed: exposedState(expose) }),
    ...(database === undefined ? {} : { database: databaseState(database) }),
  };
}

function exposedState(expose: AppConfig["expose"]) {
  return expose.map(({ service, ports, allowedRanges }) => ({ service: exposedName(service), ports, allowedRanges }));
}

function databaseState({ workload, files, claim, backup }: NonNullable<AppConfig["database"]>) {
  return { workload, files, claim, ...(backup === undefined ? {} : { backups: backupClaim(claim) }) };
}
