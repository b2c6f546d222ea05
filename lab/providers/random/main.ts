/** The lab's stand-in for the official `pulumi-resource-random`, for when that cannot be had. */
import { serve } from "../shared/server";
import { resourceType } from "./generated";
import * as numbers from "./numbers";
import { randomPasswords, randomStrings } from "./strings";

const generators = {
  RandomBytes: numbers.randomByteStrings,
  RandomId: numbers.randomIds,
  RandomInteger: numbers.randomIntegers,
  RandomPassword: randomPasswords,
  RandomShuffle: numbers.randomShuffles,
  RandomString: randomStrings,
  RandomUuid: numbers.randomUuids,
  RandomUuid4: numbers.randomUuid4s,
  RandomUuid7: numbers.randomUuid7s,
};

serve({
  name: "random",
  version: "4.21.2",
  // random:index/randomId:RandomId and so on
  resources: Object.fromEntries(
    Object.entries(generators).map(([name, generator]) => [`random:index/r${name.slice(1)}:${name}`, resourceType(generator)]),
  ),
  functions: {},
});
