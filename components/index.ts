/* The package: what other Pulumi programs import. README.md beside it has examples. */

export { Issuer, ServerCertificate, type CertificatesConfig } from "./blocks/certificates";
export { Namespace, type NamespaceArgs } from "./blocks/namespace";
export { HttpsRoute, TlsRoute, type HttpsRouteArgs, type Router } from "./blocks/routing";
export { Volume, type VolumeArgs } from "./blocks/storage";
export { WebService, type WebServiceArgs, type WebServiceNodes } from "./blocks/webService";
export { connectCluster, connectKeeper, routerPeers } from "./builders";
export { container, podTemplate, roleOf } from "./builders";
export { loadConfig, settings, type PlatformConfig, type Settings } from "./configuration";
export { Platform } from "./platform";
export type { HelmAppArgs } from "./services/apps/args";
export { HelmApp } from "./services/apps/helmApp";
export { Localstack, type LocalstackArgs } from "./services/localstack/localstack";
export { Registry, type RegistryArgs } from "./services/registry/registry";
