import { z } from "zod";
import { flag, integer } from "../../config/fields";
import { address, addressRange, entryPoint, namespace } from "../../config/values";

/** How requests reach the services: through the cluster's Traefik. */
export const routing = z
  .object({
    entryPoint: entryPoint("websecure").default("websecure"),
    plainEntryPoint: entryPoint("web").default("web"),
    traefikNamespace: namespace("kube-system").default("kube-system"),
    traefikAddresses: z.array(addressRange()).default([]),
    port: integer(1, 65535, 443, "a port").default(443),
    nodePort: integer(30000, 32767, 30500, "a port of Kubernetes' NodePort range").optional(),
    address: address().optional(),
    allowedRanges: z.array(addressRange()).default([]),
    hsts: flag().default(true),
    tuneTraefik: flag().default(false),
  })
  .prefault({});
