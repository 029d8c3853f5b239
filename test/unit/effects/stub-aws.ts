import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Answers a command; what it throws is what AWS answers with. */
export type Answer = (input: Record<string, unknown>) => unknown;

export interface Call {
  /** Name of the command, without `Command`. */
  readonly command: string;
  readonly input: Record<string, unknown>;
}

interface Command {
  readonly input: Record<string, unknown>;
}

const CLIENTS = [
  ApplicationAutoScalingClient,
  CloudWatchClient,
  CloudWatchLogsClient,
  ECRClient,
  ECSClient,
  ElasticLoadBalancingV2Client,
  SecretsManagerClient,
];

/**
 * Stands in for AWS below the SDK's clients: commands arrive as they would be sent. Restore it after
 * each test.
 */
export class StubAws {
  readonly calls: Call[] = [];
  private readonly answers: Record<string, Answer>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.answers = { ...answers };
    const send = (command: Command): Promise<unknown> => this.send(command);
    for (const { prototype } of CLIENTS)
      Object.defineProperty(prototype, "send", { value: send, configurable: true });
  }

  restore(): void {
    for (const { prototype } of CLIENTS) Reflect.deleteProperty(prototype, "send");
  }

  /** Has a command answered otherwise from now on; given how often, as before after that. */
  on(command: string, answer: Answer, times = Infinity): void {
    const before = this.answers[command];
    let left = times;
    this.answers[command] = (input) => (left-- > 0 ? answer(input) : before?.(input));
  }

  /** Names of the commands so far, in order. */
  get commands(): string[] {
    return this.calls.map(({ command }) => command);
  }

  inputsOf(command: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.command === command).map(({ input }) => input);
  }

  private async send(sent: Command): Promise<unknown> {
    const command = sent.constructor.name.replace(/Command$/, "");
    const answer = this.answers[command];
    if (answer === undefined) throw new Error(`nobody answers ${command}`);
    this.calls.push({ command, input: structuredClone(sent.input) });
    return Promise.resolve(answer(sent.input));
  }
}

/** An error as the SDK throws it. */
export function awsError(name: string, message = `${name} happened`): Error {
  return Object.assign(new Error(message), { name });
}
