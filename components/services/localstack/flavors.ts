import type { Flavor } from "./flavorFacts";
import type { LocalstackConfig } from "./resolve";
import type { PodUser } from "../../builders";

/*
 * How each emulator is run. What a configuration has to know of them is flavorFacts.ts.
 */

/** The port that all of them have. */
export const port = 4566;

/** The account that all of them give to clients with made-up credentials. */
export const accountId = "000000000000";

export interface FlavorRun {
  /** Where state, and whatever is fetched at run time, goes. */
  dataPath: string;
  user: PodUser;
  healthPath: string;
  /** Every `*.sh` in it is run once the emulator answers. */
  hookFolder: string;
  /** Seconds between SIGTERM and SIGKILL: state is written when the program stops. */
  stopSeconds: number;
  /** Paths below which everyone may control the emulator, and those of them that may be asked with GET. */
  control: { prefixes: string[]; open: string[] };
  environment: (args: EnvironmentArgs) => Record<string, string>;
  /** How the URLs of queues begin that it tells. */
  queueUrls: "http" | "https";
  /** Path of a queue's URL below the host. */
  queuePath: (region: string, name: string) => string;
}

export interface EnvironmentArgs extends Pick<
  LocalstackConfig,
  "region" | "services" | "persistence" | "lambda" | "corsOrigins"
> {
  host: string;
  /** The port that clients use. */
  routerPort: number;
}

const localstackRun: FlavorRun = {
  dataPath: "/var/lib/localstack",
  // The image starts as root and has a user of this number; all it writes to is open to everyone.
  user: { uid: 1000, gid: 1000 },
  healthPath: "/_localstack/health",
  hookFolder: "/etc/localstack/init/ready.d",
  stopSeconds: 60,
  control: { prefixes: ["/_localstack", "/_aws"], open: ["/_localstack/health", "/_localstack/init", "/_localstack/init/ready"] },
  environment: localstackEnvironment,
  queueUrls: "https",
  queuePath: (region, name) => `/queue/${region}/${accountId}/${name}`,
};

/** https://docs.localstack.cloud/aws/capabilities/config/configuration/ */
function localstackEnvironment({ host, routerPort, ...args }: EnvironmentArgs): Record<string, string> {
  return {
    SERVICES: args.services.join(","),
    AWS_DEFAULT_REGION: args.region,
    // What stands in URLs that come back. Without a port it would be that of the gateway.
    LOCALSTACK_HOST: `${host}:${routerPort}`,
    // Only those URLs: the gateway speaks plain HTTP beside TLS, and never reads X-Forwarded-Proto.
    USE_SSL: "1",
    // The default takes the scheme of the request that reached the pod, and a name for each region.
    SQS_ENDPOINT_STRATEGY: "path",
    // Nothing is told to, or fetched from, the maker's servers.
    DISABLE_EVENTS: "1",
    SKIP_SSL_CERT_DOWNLOAD: "1",
    // Not a name server too: it would need port 53, and the pod's own configuration.
    DNS_ADDRESS: "0",
    ...(args.corsOrigins.length === 0 ? {} : { EXTRA_CORS_ALLOWED_ORIGINS: args.corsOrigins.join(",") }),
    ...dockerEnvironment(args.lambda),
  };
}

function dockerEnvironment(lambda: EnvironmentArgs["lambda"]): Record<string, string> {
  return lambda === "dind" ? { DOCKER_HOST: "tcp://127.0.0.1:2375" } : {};
}

export const flavors: Record<Flavor, FlavorRun> = {
  localstack: localstackRun,
  "localstack-pro": {
    ...localstackRun,
    environment: (args) => ({ ...localstackEnvironment(args), PERSISTENCE: args.persistence ? "1" : "0", ACTIVATE_PRO: "1" }),
  },
  "localstack-persist": {
    ...localstackRun,
    dataPath: "/persisted-data",
    // Never PERSISTENCE beside it: it moves the files of some services to where the extension does not look.
    environment: (args) => ({ ...localstackEnvironment(args), PERSIST_DEFAULT: args.persistence ? "1" : "0" }),
  },
  ministack: {
    dataPath: "/data",
    user: { uid: 1000, gid: 1000 },
    healthPath: "/_ministack/health",
    hookFolder: "/etc/localstack/init/ready.d",
    stopSeconds: 60,
    control: {
      prefixes: ["/_ministack", "/_localstack", "/_aws"],
      open: ["/_ministack/health", "/_ministack/ready", "/_localstack/health"],
    },
    environment: ({ region, services, persistence, lambda }) => ({
      GATEWAY_PORT: port.toString(),
      SERVICES: services.join(","),
      MINISTACK_REGION: region,
      PERSIST_STATE: persistence ? "1" : "0",
      S3_PERSIST: persistence ? "1" : "0",
      STATE_DIR: "/data/state",
      S3_DATA_DIR: "/data/s3",
      LAMBDA_EXECUTOR: lambda === "dind" || lambda === "hostSocket" ? "docker" : "local",
      // Servers beside the gateway, which no Service reaches.
      SFTP_ENABLED: "0",
      IOT_MTLS_ENABLED: "0",
      ...dockerEnvironment(lambda),
    }),
    // Unless it serves TLS itself. boto3 and Go go to their endpoint all the same; the JavaScript SDK goes to the queue's URL.
    queueUrls: "http",
    queuePath: (_region, name) => `/${accountId}/${name}`,
  },
  floci: {
    dataPath: "/app/data",
    user: { uid: 1001, gid: 1001 },
    healthPath: "/_localstack/health",
    hookFolder: "/etc/localstack/init/ready.d",
    stopSeconds: 60,
    control: {
      prefixes: ["/_localstack", "/_floci", "/_aws"],
      open: ["/_localstack/health", "/_localstack/init", "/_floci/health"],
    },
    environment: ({ region, persistence, lambda, host, routerPort, corsOrigins }) => ({
      FLOCI_DEFAULT_REGION: region,
      FLOCI_BASE_URL: routerPort === 443 ? `https://${host}` : `https://${host}:${routerPort}`,
      FLOCI_STORAGE_MODE: persistence ? "hybrid" : "memory",
      FLOCI_STORAGE_PERSISTENT_PATH: "/app/data",
      // A hook of many resources takes longer than the 30 s it would get, and the server ends with it.
      FLOCI_INIT_HOOKS_TIMEOUT_SECONDS: "300",
      FLOCI_SERVICES_LAMBDA_ENABLED: (lambda !== "none").toString(),
      ...(corsOrigins.length === 0 ? {} : { QUARKUS_HTTP_CORS_ORIGINS: corsOrigins.join(",") }),
      ...dockerEnvironment(lambda),
    }),
    queueUrls: "https",
    queuePath: (_region, name) => `/${accountId}/${name}`,
  },
};
