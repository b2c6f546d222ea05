import * as pulumi from "@pulumi/pulumi";
import { stateOf } from "../../pulumiInternals";

const previews: Promise<unknown>[] = [];

/**
 * One app that is refused does not hide what is wrong with the others: it fails the preview when all of them have been looked at.
 * It has to fail, because an app whose objects are not registered would look as if it were to be deleted.
 */
export function afterTheOthers<T>(preview: Promise<pulumi.Output<T>>): pulumi.Output<T> {
  previews.push(preview.catch(() => undefined));
  const output = pulumi.output(preview.catch(reportLast)) as pulumi.Output<T>;
  // Node would take what nobody has asked by then for errors that nobody handles, and warn of each when somebody does.
  const { isKnown, isSecret } = stateOf(output);
  for (const promise of [isKnown, isSecret]) promise.catch(() => undefined);
  return output;
}

/** Pulumi reports an error once, so this one is reported before those who wait for the output pass it on in other words. */
async function reportLast(error: Error): Promise<never> {
  await Promise.all(previews);
  void Promise.reject(error);
  await new Promise(setImmediate);
  throw error;
}
