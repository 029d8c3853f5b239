import { propertyRule, text } from "../rule";

export const snsTopicEncrypted = propertyRule({
  name: "sns-topic-encrypted",
  description: "A topic is encrypted.",
  types: ["aws:sns/topic:Topic"],
  property: "kmsMasterKeyId",
  holds: (value) => text(value) !== "",
  allowed: "a KMS key",
  next: "set kmsMasterKeyId; CloudWatch's alarms need a key whose policy lets them use it",
});
