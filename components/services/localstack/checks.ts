import { limitsBelowRequests } from "../../config/bounds";
import type { FindingAt, Fix, Path } from "../../config/finding";
import { HUB, type ImageReference, parseImage } from "../../../kubernetes/image";
import { startsWithoutToken } from "../../../kubernetes/localstackLicence";
import { flavorFacts, FREE_SERVICES, type Flavor } from "./flavorFacts";
import type { Check } from "../check";
import type { Draft } from "../sections";

/* What of the AWS emulator's settings does not go together. */

type Section = NonNullable<Draft["localstack"]>;

/** A check that runs only where there is an emulator. */
function whenOn(check: (localstack: Section, broken: (path: Path) => boolean) => FindingAt[]): Check {
  return (draft, broken) => (draft.localstack?.enabled === true ? check(draft.localstack, broken) : []);
}

const at = (...path: Path): Path => ["localstack", ...path];
const withState: Fix = { set: "localstack-persist", key: at("flavor") };

export const persistenceIsPossible = whenOn(({ flavor, persistence }) => {
  if (flavor === undefined || persistence !== true || flavorFacts[flavor].keepsState) return [];
  return [
    {
      path: at("persistence"),
      cause: `is true, and flavor ${flavor} cannot keep state: it has no code that saves S3, SQS or SNS`,
      allowed: "true only with the flavors localstack-persist, ministack, floci, and localstack-pro with its token",
      fix: [withState, { say: "or, if nothing has to outlive a restart: set persistence to false" }],
    },
  ];
});

export const tokenFitsFlavor = whenOn(({ flavor, token, image }, broken) => {
  if (flavor === undefined || broken(at("token"))) return [];
  if (token === undefined && flavorFacts[flavor].token === "required") return [missingToken(flavor)];
  if (token !== undefined && flavorFacts[flavor].token === "refused") {
    const pro: Fix = { set: "localstack-pro", key: at("flavor") };
    const cause = `is set, and flavor ${flavor} takes none: its programs would run as without`;
    return [{ path: at("token"), cause, allowed: "a token only with the flavor localstack-pro", fix: [{ remove: true }, pro] }];
  }
  const named = image === undefined ? undefined : parseImage(image);
  if (token !== undefined || named === undefined || !needsToken(named)) return [];
  return [
    {
      path: at("image"),
      cause: "ends at once without a token: LocalStack's tags after 4.14.0 need a licence",
      allowed: "docker.io/localstack/localstack up to 4.14.0; newer ones with flavor localstack-pro and its token",
      fix: [{ set: flavorFacts.localstack.image }, { set: "localstack-pro", key: at("flavor") }],
    },
  ];
});

/** LocalStack's own images; what others build under that name is theirs. */
function needsToken({ registry, repository, tag, digest }: ImageReference): boolean {
  if (registry !== HUB || !/^localstack\/localstack(-pro)?$/.test(repository)) return false;
  return repository.endsWith("-pro") || !startsWithoutToken(tag, digest);
}

function missingToken(flavor: Flavor): FindingAt {
  return {
    path: at("token"),
    cause: `is missing, and flavor ${flavor} ends at once without it`,
    allowed: "the auth token of a LocalStack licence, as its web page shows it",
    fix: [{ setSecret: true }, { ...withState }, { say: "(the second is free, and keeps state too)" }],
  };
}

export const lambdaIsPossible = whenOn(({ flavor, lambda }) => {
  if (flavor === undefined || lambda === undefined || flavorFacts[flavor].lambda.includes(lambda)) return [];
  return [
    {
      path: at("lambda"),
      cause: `is ${lambda}, which flavor ${flavor} cannot do: it runs every function in a container of its own`,
      allowed: `with flavor ${flavor}: ${flavorFacts[flavor].lambda.join(", ")}`,
      fix: [{ set: "none" }, { set: "ministack", key: at("flavor") }],
    },
  ];
});

export const functionsHaveAMode = whenOn(({ services, lambda }) => {
  const index = services?.indexOf("lambda") ?? -1;
  if (index < 0 || lambda !== "none") return [];
  return [
    {
      path: at("services", index),
      cause: "is lambda, and functions are off (lambda: none): each one that is made would fail",
      allowed: "lambda beside a mode that runs functions",
      fix: { remove: true },
    },
  ];
});

/** What opens the node or the network is somebody's decision, with a reason that the next reader finds. */
export const dangersHaveReasons = whenOn(({ lambda, edge, exemptions }, broken) => {
  const why = exemptions ?? {};
  const needs: [boolean, "lambda" | "edge", string][] = [
    [lambda === "dind", "lambda", "a privileged container owns its node"],
    [lambda === "hostSocket", "lambda", "whoever reaches Docker's socket owns the node"],
    [edge === true, "edge", "port 4566 is neither encrypted nor guarded by any account"],
  ];
  return needs
    .filter(([needed, key]) => needed && why[key] === undefined && !broken(at("exemptions", key)))
    .map(([, key, danger]): FindingAt => {
      const set = `localstack.exemptions.${key} to the reason why you accept that, and agree an exemption in policies/config`;
      return {
        path: at(key),
        cause: `needs an exemption: ${danger}`,
        allowed: key === "edge" ? "false; or true with a reason" : "none; or the others with a reason",
        fix: [{ set: key === "edge" ? "false" : "none" }, { say: `or set ${set}` }],
      };
    });
});

export const servicesFitFlavor = whenOn(({ flavor, services }, broken) => {
  if (flavor !== "localstack" && flavor !== "localstack-persist") return [];
  return (services ?? []).flatMap((service, i): FindingAt[] =>
    service === undefined || broken(at("services", i)) || FREE_SERVICES.some((free) => free === service)
      ? []
      : [
          {
            path: at("services", i),
            cause: `is ${service}, which LocalStack has in its licensed product only`,
            allowed: `with flavor ${flavor}: ${FREE_SERVICES.join(", ")}`,
            fix: { say: "remove it, or choose the flavor ministack, floci or localstack-pro" },
          },
        ],
  );
});

export const declaredOnce = whenOn((section) =>
  (["buckets", "queues", "topics", "tables", "secrets", "parameters"] as const).flatMap((kind) => {
    const seen = new Map<string, number>();
    return (section[kind] ?? []).flatMap((entry, i): FindingAt[] => {
      if (entry?.name === undefined) return [];
      const first = seen.get(entry.name);
      if (first === undefined) seen.set(entry.name, i);
      return first === undefined
        ? []
        : [
            {
              path: at(kind, i, "name"),
              cause: `is the same name as localstack.${kind}[${first}]`,
              allowed: "a name of its own",
              fix: { say: "give one of the two another name, or remove it" },
            },
          ];
    });
  }),
);

export const queuesAreThere = whenOn(({ queues = [], topics = [] }, broken) => {
  const known = queues.flatMap((queue) => (queue?.name === undefined ? [] : [queue.name]));
  const allowed = known.length === 0 ? "a queue declared in localstack.queues" : `one of localstack.queues: ${known.join(", ")}`;
  const fifo = (name: string | undefined) => name?.endsWith(".fifo") === true;
  const differ = (from: string | undefined, to: string) => from !== undefined && fifo(from) !== fifo(to);
  const judge = (path: Path, from: string | undefined, to: string | undefined, mixes = differ): FindingAt[] => {
    if (to === undefined || broken(path)) return [];
    const problem = !known.includes(to)
      ? "names a queue that is not declared"
      : from === to
        ? "is the queue itself"
        : mixes(from, to)
          ? "mixes a FIFO with what is none, which AWS refuses"
          : undefined;
    return problem === undefined ? [] : [{ path, cause: problem, allowed, fix: { say: "name a queue as above, or declare it" } }];
  };
  // A FIFO topic may deliver to any queue, a plain one not to a FIFO.
  const plainToFifo = (from: string | undefined, to: string) => differ(from, to) && fifo(to);
  return [
    ...queues.flatMap((queue, i) => judge(at("queues", i, "deadLetterQueue"), queue?.name, queue?.deadLetterQueue)),
    ...topics.flatMap((topic, i) =>
      (topic?.queues ?? []).flatMap((queue, j) => judge(at("topics", i, "queues", j), topic?.name, queue, plainToFifo)),
    ),
  ];
});

const bounds: Check = ({ localstack }) => limitsBelowRequests(["localstack", "resources"], localstack?.resources);

export const localstackChecks: readonly Check[] = [
  bounds,
  persistenceIsPossible,
  tokenFitsFlavor,
  lambdaIsPossible,
  functionsHaveAMode,
  dangersHaveReasons,
  servicesFitFlavor,
  declaredOnce,
  queuesAreThere,
];
