/* A deployment in a process of its own, so that it can be killed. Arguments: overrides of the dev stack's configuration, as JSON. */
import { labCluster } from "../../../cli/clusters/lab";
import { deploy } from "../../../cli/shared/deploy";
import { openStack } from "../../../cli/shared/pulumi";
import { DEV } from "../../../cli/shared/stacks";

deploy(openStack(DEV, labCluster, JSON.parse(process.argv[2]!) as Record<string, unknown>)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
