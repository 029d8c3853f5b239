import { propertyRule } from "../rule";

/** Only symmetric keys rotate. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */

export const kmsKeyRotates = propertyRule({
  name: "kms-key-rotates",
  description: "A key for encryption changes every year.",
  types: ["aws:kms/key:Key"],
  property: "enableKeyRotation",
  holds: (value) => value === true,
  when: ({ props }) =>
    [undefined, "SYMMETRIC_DEFAULT"].includes(props["customerMasterKeySpec"] as string | undefined),
  allowed: "true",
  next: "set enableKeyRotation",
});
