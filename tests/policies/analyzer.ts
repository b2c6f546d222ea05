import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { built } from "../../policies/build";
import * as grpc from "@grpc/grpc-js";
import * as services from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as structs from "google-protobuf/google/protobuf/struct_pb";

// The engine's side of the protocol, from the SDK that the pack itself is built on.

/** Where Pulumi's host for Node.js looks for what starts a policy pack, under the pack's folder or one above it. */
const RUN = join("node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack", "index.js");

export interface Resource {
  type: string;
  name: string;
  props: Record<string, unknown>;
  /** Types of the components that it stands under, as in a URN: `a:b:C$`. */
  under?: string;
  /** URN of its parent. */
  parent?: string;
}

export interface Diagnostic {
  policy: string;
  message: string;
  level: "advisory" | "mandatory" | "other";
  urn: string;
}

/** The pack in a process of its own, started and asked as the engine does it. */
export class Analyzer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: services.AnalyzerClient,
  ) {}

  /**
   * @param pack the pack's folder
   * @param under the folder whose node_modules has the runner: the package brings one along
   */
  static async start(pack = built(), under = pack): Promise<Analyzer> {
    const child = spawn(process.execPath, [join(under, RUN), "127.0.0.1:1", pack], {
      cwd: pack,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the pack ended with ${code} before it listened`);
    });
    const [port] = await Promise.race([once(child.stdout, "data"), ended]);
    const client = new services.AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
    ended.catch(() => undefined);
    return new Analyzer(child, client);
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = once(this.child, "exit");
    this.child.kill();
    await ended;
  }

  /** Levels and parameters, in the form of `--policy-pack-config`, after the CLI has filled in the levels. */
  async configure(
    config: Record<string, { enforcementLevel: "advisory" | "mandatory" | "disabled" | "remediate" } & Record<string, unknown>>,
  ): Promise<void> {
    const request = new messages.ConfigureAnalyzerRequest();
    for (const [name, { enforcementLevel, ...properties }] of Object.entries(config)) {
      const entry = new messages.PolicyConfig();
      entry.setEnforcementlevel(messages.EnforcementLevel[enforcementLevel.toUpperCase() as Uppercase<typeof enforcementLevel>]);
      entry.setProperties(structs.Struct.fromJavaScript(properties as never));
      request.getPolicyconfigMap().set(name, entry);
    }
    await answer<Empty>((done) => this.client.configure(request, done));
    // The first resource that a program registers is its stack.
    await this.analyze({ type: "pulumi:pulumi:Stack", name: "test-test", props: {} });
  }

  /** What the pack tells of itself: what Pulumi shows, and checks configurations by. */
  info(): Promise<messages.AnalyzerInfo> {
    return answer<messages.AnalyzerInfo>((done) => this.client.getAnalyzerInfo(new Empty(), done));
  }

  async policies(): Promise<string[]> {
    return (await this.info()).getPoliciesList().map((policy) => policy.getName());
  }

  async analyze(resource: Resource): Promise<Diagnostic[]> {
    const request = described(resource, new messages.AnalyzeRequest());
    return diagnostics(await answer((done) => this.client.analyze(request, done)));
  }

  async analyzeStack(resources: Resource[]): Promise<Diagnostic[]> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(resources.map((resource) => described(resource, new messages.AnalyzerResource())));
    return diagnostics(await answer((done) => this.client.analyzeStack(request, done)));
  }

  /** The properties after remediation; undefined when nothing was changed. */
  async remediate(resource: Resource): Promise<Record<string, unknown> | undefined> {
    const request = described(resource, new messages.AnalyzeRequest());
    const list = (await answer<messages.RemediateResponse>((done) => this.client.remediate(request, done))).getRemediationsList();
    const failed = list.find((item) => item.getDiagnostic());
    if (failed) throw new Error(failed.getDiagnostic());
    return list.at(-1)?.getProperties()?.toJavaScript();
  }
}

function answer<Response>(call: (done: (error: Error | null, response: Response) => void) => unknown): Promise<Response> {
  return new Promise((resolve, reject) => {
    call((error, response) => (error ? reject(error) : resolve(response)));
  });
}

export function urnOf({ type, name, under = "" }: Resource): string {
  return `urn:pulumi:test::test::${under}${type}::${name}`;
}

function described<Request extends messages.AnalyzeRequest | messages.AnalyzerResource>(
  resource: Resource,
  request: Request,
): Request {
  request.setType(resource.type);
  request.setName(resource.name);
  request.setUrn(urnOf(resource));
  request.setProperties(structs.Struct.fromJavaScript(resource.props as never));
  const options = new messages.AnalyzerResourceOptions();
  options.setCustomtimeouts(new messages.AnalyzerResourceOptions.CustomTimeouts());
  if (resource.parent) options.setParent(resource.parent);
  request.setOptions(options);
  return request;
}

function diagnostics(response: messages.AnalyzeResponse): Diagnostic[] {
  const { ADVISORY, MANDATORY } = messages.EnforcementLevel;
  return response.getDiagnosticsList().map((raw) => ({
    policy: raw.getPolicyname(),
    message: raw.getMessage(),
    level: raw.getEnforcementlevel() === MANDATORY ? "mandatory" : raw.getEnforcementlevel() === ADVISORY ? "advisory" : "other",
    urn: raw.getUrn(),
  }));
}
