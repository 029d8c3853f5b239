import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { alertTopic } from "../release/alert-topic";
import type { StackPlace } from "./place";

/** Where a stack says aloud what somebody must hear of at once: a topic, to which people and pagers subscribe. Encrypted by SNS's own key. */
export class Alerts extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, place: StackPlace, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:alerts:Alerts", name, {}, opts);
    const { project, stack } = place;
    const topic = new sns.Topic(
      name,
      { name: alertTopic(project, stack), kmsMasterKeyId: "alias/aws/sns" },
      { parent: this },
    );
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
