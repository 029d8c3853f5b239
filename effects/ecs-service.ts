import {
  DescribeServicesCommand,
  ECSClient,
  type Service,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import type { AwsPlace } from "../components/place";
import { clientConfig } from "./clients";

export interface EcsServiceName extends AwsPlace {
  readonly clusterArn: string;
  readonly serviceName: string;
}

/** One ECS service, as the effects read and change it. */
export class EcsService {
  private readonly client: ECSClient;
  private readonly name: EcsServiceName;

  constructor(name: EcsServiceName) {
    this.name = name;
    this.client = new ECSClient(clientConfig(name));
  }

  async describe(): Promise<Service> {
    const { clusterArn, serviceName } = this.name;
    const answer = await this.client.send(
      new DescribeServicesCommand({ cluster: clusterArn, services: [serviceName] }),
    );
    const service = answer.services?.[0];
    if (service?.status !== "ACTIVE")
      throw new Error(`the ECS service ${serviceName} is ${service?.status ?? "not there"}`);
    return service;
  }

  async update(change: Omit<UpdateServiceCommandInput, "cluster" | "service">): Promise<void> {
    const { clusterArn: cluster, serviceName: service } = this.name;
    await this.client.send(new UpdateServiceCommand({ cluster, service, ...change }));
  }
}
