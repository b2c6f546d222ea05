import * as pulumi from "@pulumi/pulumi";
import { ACME_SERVERS } from "./acme";
import { nameBelow } from "./hosts";
import type { Checked } from "./schema";
import type { CertificatesConfig, NamespaceConfig, PlatformConfig, RegistryConfig } from "./types";

/** Fills in the defaults that follow from other values, and turns passwords into secrets. `home` replaces `~`. */
export function resolve(checked: Checked, home: string): PlatformConfig {
    const { context, kubeconfig, domain, routing, storage, health } = checked;
    return {
        context,
        kubeconfig: kubeconfig?.replace(/^~(?=\/|$)/, () => home),
        domain,
        certificates: resolveCertificates(checked),
        routing,
        storage,
        namespaces: checked.namespaces.map((namespace): NamespaceConfig => {
            return { ...namespace, pullSecret: namespace.pullSecret ?? checked.registry.enabled };
        }),
        registry: resolveRegistry(checked),
        health,
    };
}

function resolveCertificates({ certificates, domain }: Checked): CertificatesConfig {
    const { mode, acme, issuer, secret, commonName } = certificates;
    if (mode === "acme" && acme) return { mode, acme: { ...acme, server: ACME_SERVERS[acme.server] ?? acme.server } };
    if (mode === "issuer" && issuer) return { mode, issuer };
    if (mode === "secret" && secret) return { mode, secret };
    if (mode === "ownCa") return { mode, commonName: commonName ?? rootName(domain) };
    if (mode === "selfSigned") return { mode };
    throw new Error(`certificates.mode ${mode} without its block: a check is missing`);
}

/** RFC 5280 bounds a common name to 64 characters. */
function rootName(domain: string): string {
    const name = `Private CA of ${domain}`;
    return name.length <= 64 ? name : "Private CA";
}

function resolveRegistry({ registry, storage, domain }: Checked): RegistryConfig {
    return {
        ...registry,
        host: registry.host ?? nameBelow(domain, "registry"),
        users: registry.users.map(({ name, password }) => ({ name, password: pulumi.secret(password) })),
        storage: {
            size: registry.storage.size,
            class: registry.storage.class ?? storage.class,
            protection: registry.storage.protection ?? storage.protection,
        },
        ui: { ...registry.ui, host: registry.ui.host ?? nameBelow(domain, "registry-ui") },
    };
}
