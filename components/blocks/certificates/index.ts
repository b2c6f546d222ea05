export type * from "./types";
export { Issuer, type IssuerArgs } from "./issuer";
export { ServerCertificate, type ServerCertificateArgs } from "./serverCertificate";
