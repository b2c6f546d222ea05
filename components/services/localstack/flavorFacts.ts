import { images } from "../../../kubernetes/images";
import { examWords } from "./losses";

/*
 * The AWS emulators that can be chosen, with what a configuration has to know of each. How each is run is
 * flavors.ts.
 */

export const FLAVORS = ["localstack", "localstack-pro", "localstack-persist", "ministack", "floci"] as const;
export type Flavor = (typeof FLAVORS)[number];

export const LAMBDA_MODES = ["none", "local", "dind", "hostSocket"] as const;
/** How functions run: not at all, inside the emulator, in a Docker of the pod's own, in that of the node. */
export type LambdaMode = (typeof LAMBDA_MODES)[number];

export interface FlavorFacts {
  image: string;
  meaning: string;
  /** Whether anything but DynamoDB items outlives a restart. */
  keepsState: boolean;
  /** What becomes of the state, as a sentence for people. */
  state: string;
  token: "required" | "refused";
  lambda: readonly LambdaMode[];
}

const docker = ["none", "dind", "hostSocket"] as const;

export const flavorFacts: Record<Flavor, FlavorFacts> = {
  localstack: {
    // The last release without a licence. From March 2026 on every newer tag ends at once (exit code 55) without a token.
    image: images.localstack,
    meaning: "the last free release, 4.14.0; forgets all at a restart",
    keepsState: false,
    state:
      "LocalStack's free release has no code that saves S3, SQS, SNS and the like: a restart empties it, and only the " +
      "declared resources are made again",
    token: "refused",
    lambda: docker,
  },
  "localstack-pro": {
    image: images["localstack-pro"],
    meaning: "the licensed product; needs a token",
    keepsState: true,
    state:
      "LocalStack's licensed product saves snapshots of its services, as far as the licence covers them" +
      examWords("localstack-pro"),
    token: "required",
    lambda: docker,
  },
  "localstack-persist": {
    image: images["localstack-persist"],
    meaning: "4.14.0 with a free extension that saves state",
    keepsState: true,
    state: "localstack-persist saves its services every 10 seconds and when it stops" + examWords("localstack-persist"),
    token: "refused",
    lambda: docker,
  },
  ministack: {
    image: images.ministack,
    meaning: "a free emulator of its own; runs Python and Node functions without Docker",
    keepsState: true,
    state: "MiniStack saves S3 objects as they come, and all else when it stops" + examWords("ministack"),
    token: "refused",
    lambda: ["none", "local", "dind", "hostSocket"],
  },
  floci: {
    image: images.floci,
    meaning: "a free emulator of its own; small and quick",
    keepsState: true,
    state:
      "Floci says that it saves its services every few seconds and when it stops, so that a crash loses the last seconds" +
      examWords("floci"),
    token: "refused",
    lambda: docker,
  },
};

/** What the free emulators offer, under the names of LocalStack's SERVICES. */
export const FREE_SERVICES = [
  "acm",
  "apigateway",
  "cloudformation",
  "cloudwatch",
  "config",
  "dynamodb",
  "dynamodbstreams",
  "ec2",
  "es",
  "events",
  "firehose",
  "iam",
  "kinesis",
  "kms",
  "lambda",
  "logs",
  "opensearch",
  "redshift",
  "resource-groups",
  "resourcegroupstaggingapi",
  "route53",
  "route53resolver",
  "s3",
  "s3control",
  "scheduler",
  "secretsmanager",
  "ses",
  "sns",
  "sqs",
  "ssm",
  "stepfunctions",
  "sts",
  "support",
  "swf",
  "transcribe",
] as const;

/** What LocalStack has with a licence only; MiniStack and Floci have most of it. */
export const MORE_SERVICES = [
  "apigatewayv2",
  "appconfig",
  "appsync",
  "athena",
  "autoscaling",
  "backup",
  "batch",
  "cloudfront",
  "cloudtrail",
  "codebuild",
  "cognito-identity",
  "cognito-idp",
  "docdb",
  "ecr",
  "ecs",
  "efs",
  "eks",
  "elasticache",
  "elbv2",
  "emr",
  "glue",
  "iot",
  "kafka",
  "mq",
  "neptune",
  "organizations",
  "pipes",
  "rds",
  "rds-data",
  "servicediscovery",
  "sesv2",
  "transfer",
  "wafv2",
  "xray",
] as const;

export const SERVICES = [...FREE_SERVICES, ...MORE_SERVICES] as const;
export type Service = (typeof SERVICES)[number];

/** lambda needs iam for its roles, sts, and logs for what functions print; LocalStack adds none of the three but sts. */
export const DEFAULT_SERVICES: Service[] = ["s3", "sqs", "sns", "dynamodb", "iam", "sts", "logs"];
