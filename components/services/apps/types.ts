import type { AppConfig } from "./resolve";

export type { AppConfig } from "./resolve";
export type AppRouteConfig = NonNullable<AppConfig["route"]>;
export type AppDatabaseConfig = NonNullable<AppConfig["database"]>;
export type AppSecretConfig = AppConfig["secrets"][number];
