/** Two small configurations that differ in every way in which a deployment changes anything. */
import { busyboxImage } from "../../../lab/images/catalogue";
import type { Overrides } from "./killed";

const image = busyboxImage();

const stores = (greeting: string, secret: string) => ({
  name: "stores",
  chart: "./tests/fixtures/charts/stores",
  values: { image, greeting },
  secrets: [{ name: secret, keys: [{ key: "KEY", generate: 48 }] }],
  readyWithin: 60,
});

const labelled = (name: string, release: string, extra = "") => ({
  name,
  chart: "./tests/fixtures/charts/labelled",
  values: { image, release, extra },
});

const without = { localstack: { enabled: false } };

const apps = (release: string, extra?: string) => [
  stores("hello", "former"),
  labelled("goes", release),
  labelled("stays", release, extra),
];

export const first: Overrides = {
  ...without,
  namespaces: [{ name: "apps", pullSecret: true }, { name: "leaves" }],
  registry: { storage: { size: "1Gi" } },
  apps: apps("one"),
};

/** The first, with a field more in an object that takes its time. */
export const withMore: Overrides = { ...first, apps: apps("one", "more") };

/** Changes fields, adds one (to a container's environment, by its list), takes some away; makes, deletes and renames objects. */
export const second: Overrides = {
  ...without,
  namespaces: [{ name: "apps", pullSecret: true, quota: { pods: 20 } }, { name: "comes" }],
  registry: { storage: { size: "1Gi" }, allowDelete: true, resources: { limits: { cpu: "600m" } } },
  routing: { hsts: true },
  apps: [stores("hello again", "renamed"), labelled("stays", "two", "more"), labelled("comes-too", "one")],
};
