import type { Check } from "../check";

/** The plain entry point carries redirects to the encrypted one: on a single entry point they would go in circles. */
export const entryPointsDiffer: Check = (draft) => {
  const { entryPoint, plainEntryPoint } = draft.routing ?? {};
  if (entryPoint === undefined || entryPoint !== plainEntryPoint) return [];
  return [
    {
      path: ["routing", "plainEntryPoint"],
      cause: "is the same entry point as routing.entryPoint, so redirects would go in circles",
      allowed: "Traefik's entry point for plain HTTP",
      fix: entryPoint === "web" ? { set: "websecure", key: ["routing", "entryPoint"] } : { set: "web" },
    },
  ];
};
