export * from "./annotations";
export * from "./images";
export * from "./labels";
export * from "./network";
export * from "./pods";
export * from "./probes";
export * from "./resources";
export * from "./security";
