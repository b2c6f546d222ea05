/** The lab's stand-in for the official `pulumi-resource-command`, for when that cannot be had. */
import { serve } from "../shared/server";
import { localCommand, localRun } from "./local";
import { killAll } from "./run";

serve({
  name: "command",
  version: "1.2.1",
  resources: { "command:local:Command": localCommand },
  functions: { "command:local:run": localRun },
  cancel: killAll,
});
