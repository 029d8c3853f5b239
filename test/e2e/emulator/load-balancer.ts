/** A load balancer with a blue and a green target group behind one rule. */
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyRuleCommand,
  type Action,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import http from "node:http";
import type { Account } from "./account";

export interface LoadBalancer {
  readonly arn: string;
  readonly blue: string;
  readonly green: string;
  shift(blue: number, green: number): Promise<void>;
  request(path: string, body?: string): Promise<{ status: number; body: string }>;
  close(): void;
}

async function createGroup({ elb }: Account, name: string): Promise<string> {
  const answer = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: "HTTP",
      Port: 8080,
      VpcId: "vpc-00000001",
      TargetType: "ip",
      HealthCheckPath: "/readyz",
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  return answer.TargetGroups?.[0]?.TargetGroupArn ?? "";
}

export async function createLoadBalancer(account: Account, port: number): Promise<LoadBalancer> {
  const { elb } = account;
  const subnets = ["subnet-1", "subnet-2"];
  const created = await elb.send(new CreateLoadBalancerCommand({ Name: "bg", Subnets: subnets }));
  const blue = await createGroup(account, "blue");
  const green = await createGroup(account, "green");
  const notFound: Action = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } };
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: created.LoadBalancers?.[0]?.LoadBalancerArn,
      Port: 80,
      Protocol: "HTTP",
      DefaultActions: [notFound],
    }),
  );
  const forward = (blueWeight: number, greenWeight: number): Action => ({
    Type: "forward",
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: blue, Weight: blueWeight },
        { TargetGroupArn: green, Weight: greenWeight },
      ],
    },
  });
  const rule = await elb.send(
    new CreateRuleCommand({
      ListenerArn: listener.Listeners?.[0]?.ListenerArn,
      Priority: 1,
      Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
      Actions: [forward(100, 0)],
    }),
  );
  const agent = new http.Agent({ keepAlive: true });
  return {
    arn: created.LoadBalancers?.[0]?.LoadBalancerArn ?? "",
    blue,
    green,
    async shift(blueWeight, greenWeight) {
      const actions = [forward(blueWeight, greenWeight)];
      await elb.send(
        new ModifyRuleCommand({ RuleArn: rule.Rules?.[0]?.RuleArn, Actions: actions }),
      );
    },
    request: (path, body) => request(agent, port, path, body),
    close() {
      agent.destroy();
    },
  };
}

function request(
  agent: http.Agent,
  port: number,
  path: string,
  body = "",
): Promise<{ status: number; body: string }> {
  const headers = { host: "bg.alb.localhost:80", "content-length": Buffer.byteLength(body) };
  const method = body === "" ? "GET" : "POST";
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { agent, host: "127.0.0.1", port, path, method, headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => {
          resolve({ status: answer.statusCode ?? 0, body: text });
        });
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
