import { DescribeServicesCommand, ECSClient, paginateListServices } from "@aws-sdk/client-ecs";
import type { Service } from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { clientConfig, explain } from "./clients";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const MOST_DESCRIBED = 10;

/** The ECS services of these clusters, as they are now: two calls for each ten. */
export async function activeServices(
  place: AwsPlace,
  clusterArns: readonly string[],
): Promise<readonly Service[]> {
  const client = new ECSClient(clientConfig(place));
  const each = [...new Set(clusterArns)].map(async (cluster) => {
    const active: Service[] = [];
    const pages = paginateListServices({ client, pageSize: MOST_DESCRIBED }, { cluster });
    for await (const { serviceArns: services = [] } of pages) {
      if (services.length === 0) continue;
      const answer = await client.send(new DescribeServicesCommand({ cluster, services }));
      active.push(...(answer.services ?? []).filter(({ status }) => status === "ACTIVE"));
    }
    return active;
  });
  return (await Promise.all(each)).flat();
}

/** Names of the services by the target groups that have their tasks. */
export async function servicesBehind(
  place: AwsPlace,
  clusterArns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const services = await activeServices(place, clusterArns).catch((error: unknown) => {
    throw explain(error, "reading which services run behind the load balancer");
  });
  return new Map(
    services.flatMap(({ serviceName, loadBalancers = [] }) =>
      loadBalancers.flatMap(({ targetGroupArn }): [string, string][] =>
        serviceName !== undefined && targetGroupArn !== undefined
          ? [[targetGroupArn, serviceName]]
          : [],
      ),
    ),
  );
}
