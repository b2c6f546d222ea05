/** The Secret with which pods pull from the platform's registry, in every namespace that has one. */
export const pullSecretName = "registry-pull";
