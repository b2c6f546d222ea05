import { connectCluster, Issuer, Registry } from "homelab-components";

const providers = [connectCluster("home-cluster", { context: "home" }, {})];
const issuer = new Issuer("authority", { certificates: { mode: "ownCa", commonName: "Our home" } }, { providers });
const registry = new Registry(
  "registry",
  { host: "registry.home.arpa", issuer },
  {
    providers,
    // Anything that the component makes can be changed: here its Deployment waits longer for a slow disk.
    transforms: [
      ({ type, props, opts }) => {
        if (type !== "kubernetes:apps/v1:Deployment") return undefined;
        const { spec } = props as { spec: object };
        return { props: { ...props, spec: { ...spec, progressDeadlineSeconds: 1200 } }, opts };
      },
    ],
  },
);

export const url = registry.url;
export const password = registry.password;
