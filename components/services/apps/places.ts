import type { Given, OwnNamespace } from "../service";

/** Each app has a namespace of its own, but for those that name one which `namespaces` declares. */
export function appNamespaces({ apps = [], namespaces = [] }: Given): OwnNamespace[] {
  const declared = new Set([...namespaces].map(({ name }) => name));
  return [...apps].flatMap(({ name, namespace }, i): OwnNamespace[] => {
    if (namespace !== undefined && declared.has(namespace)) return [];
    return [
      {
        path: ["apps", i, namespace === undefined ? "name" : "namespace"],
        name: namespace ?? name,
        allowed: "a namespace of its own, or one that `namespaces` declares, set as `namespace`",
        remedy: ({ path: [section, at] }) => {
          const other = "give one of the two another name";
          // Two apps of one name are no two apps.
          if (section === "apps" && apps[at as number]?.name === name) return other;
          if (section === "apps") {
            return `${other}; or, to share it, declare ${namespace ?? name} under \`namespaces\` and name it as \`namespace\` in both`;
          }
          return section === "namespaces" ? `${other}; or, to run there, set \`namespace: ${name}\` too` : other;
        },
      },
    ];
  });
}
