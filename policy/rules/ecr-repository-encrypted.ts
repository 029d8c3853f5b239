import { propertyRule } from "../rule";

export const ecrRepositoryEncrypted = propertyRule({
  name: "ecr-repository-encrypted",
  description: "A repository says how its images are encrypted.",
  types: ["aws:ecr/repository:Repository"],
  property: "encryptionConfigurations.0.encryptionType",
  holds: (value) => value === "AES256" || value === "KMS",
  allowed: "AES256 or KMS",
  next: 'add encryptionConfigurations: [{ encryptionType: "AES256" }]',
});
