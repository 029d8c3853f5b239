import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";

/** Targets of a target group by what the load balancer says of them. */
export interface TargetHealth {
  readonly healthy: number;
  /** Of those that are healthy, `ADDRESS:PORT`. */
  readonly addresses: readonly string[];
  /** States and reasons of those that are not, for a message. */
  readonly others: readonly string[];
}

/** Asks again and again of one target group with one client. */
export function targetHealthOf(
  place: AwsPlace,
  targetGroupArn: string,
  client = new ElasticLoadBalancingV2Client(clientConfig(place)),
): () => Promise<TargetHealth> {
  return async () => {
    const answer = await client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    const targets = answer.TargetHealthDescriptions ?? [];
    const isHealthy = (state: string | undefined): boolean => state === "healthy";
    const others = targets
      .filter((each) => !isHealthy(each.TargetHealth?.State))
      .map(({ Target: target, TargetHealth: health }) =>
        [`${target?.Id ?? "?"}:${target?.Port ?? "?"} ${health?.State ?? "?"}`, health?.Description]
          .filter(Boolean)
          .join(": "),
      );
    const addresses = targets
      .filter((each) => isHealthy(each.TargetHealth?.State))
      .map(({ Target: target }) => `${target?.Id ?? "?"}:${target?.Port ?? "?"}`);
    return { healthy: addresses.length, addresses, others };
  };
}
