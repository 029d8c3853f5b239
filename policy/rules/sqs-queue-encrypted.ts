import type { ResourceRule } from "../rule";

export const sqsQueueEncrypted: ResourceRule = {
  name: "sqs-queue-encrypted",
  description: "A queue is encrypted.",
  types: ["aws:sqs/queue:Queue"],
  *check({ props }) {
    // SQS encrypts by itself where it is told nothing.
    if (props["kmsMasterKeyId"] !== undefined || props["sqsManagedSseEnabled"] !== false) return;
    yield {
      failed: "sqsManagedSseEnabled",
      found: false,
      allowed: "true, or a kmsMasterKeyId",
      next: "leave sqsManagedSseEnabled out",
    };
  },
};
