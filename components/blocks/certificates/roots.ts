/**
 * Environment variable in which a command hands the program what clients are to be told from now on, PEM: the root that signs and, as
 * long as something that it signed is served, the former one.
 */
export const ROOTS = "HOMELAB_ROOTS";
