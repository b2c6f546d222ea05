/** The command that prints an output of the stack. */
export function printOutput(stack: string, name: string, options = ""): string {
  return `pulumi stack output ${name} -s ${stack}${options}`;
}
