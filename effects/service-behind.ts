import { DescribeServicesCommand, ECSClient, paginateListServices } from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";

/** A slot that is known by its target group alone. */
export interface BalancedSlot extends AwsPlace {
  readonly clusterArn: string;
  readonly targetGroupArn: string;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MOST_DESCRIBED = 10;

/** Name of the ECS service whose tasks the target group has; nothing where there is none. */
export async function serviceBehind(slot: BalancedSlot): Promise<string | undefined> {
  const client = new ECSClient(clientConfig(slot));
  const { clusterArn: cluster, targetGroupArn } = slot;
  const pages = paginateListServices({ client, pageSize: MOST_DESCRIBED }, { cluster });
  for await (const { serviceArns: services = [] } of pages) {
    if (services.length === 0) continue;
    const answer = await client.send(new DescribeServicesCommand({ cluster, services }));
    const found = answer.services?.find((each) =>
      each.loadBalancers?.some((balancer) => balancer.targetGroupArn === targetGroupArn),
    );
    if (found?.status === "ACTIVE") return found.serviceName;
  }
  return undefined;
}
