/**
 * The folder of the package, built anew where one of its sources has changed since.
 * @throws Error with the compiler's words where it cannot be built
 */
export function built(): string;
