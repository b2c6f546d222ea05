import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../../../../kubernetes/kinds";
import { projectPath } from "../../../builders";
import { scopesIn } from "./scopes";
import { renderChart, TEMPLATE } from "./template";

/** A chart's folder, as helm tells it from a name. */
const probe = () => `./${projectPath(__dirname, "probe")}`;

export interface Cluster {
  answers: boolean;
  /** Of kinds that only the cluster knows, see scopesIn; absent where none answers. */
  scopes?: Record<string, Scope>;
}

const asked = new WeakMap<object, Promise<Cluster>>();

/**
 * Whether the stack's cluster answers, in the eyes of the plugin that would act on it, and which kinds it has: a chart is rendered that
 * tells which APIs helm knows. Asked once for a connection. Where none answers, it says what a preview cannot see then.
 */
export function askCluster(parent: pulumi.ComponentResource): Promise<Cluster> {
  const connection = parent.getProvider(TEMPLATE) ?? parent;
  const answer = asked.get(connection) ?? ask(parent);
  asked.set(connection, answer);
  return answer;
}

async function ask(parent: pulumi.Resource): Promise<Cluster> {
  const source = { name: "probe", namespace: "default", chart: probe(), valueFiles: [], values: {} };
  const probed = await renderChart(source, true, parent);
  const answers = probed.some(({ kind, data }) => kind === "ConfigMap" && data?.cluster === "true");
  if (!answers) {
    pulumi.log.warn(
      "No cluster answers, so the apps are rendered without one. The refusals and the policies see their objects; nobody sees " +
        "what `lookup` would find, which version and APIs the cluster has (they are rendered for 1.34 and for Kubernetes' own APIs), whether " +
        "the images are in the registry, and what the cluster's defaults and its admission would change or refuse.",
    );
  }
  return answers ? { answers, scopes: scopesIn(probed) } : { answers };
}
