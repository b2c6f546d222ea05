/**
 * Builds the package.
 * @returns its folder
 * @throws Error with the compiler's words where it cannot be built
 */
export function build(): Promise<string>;
