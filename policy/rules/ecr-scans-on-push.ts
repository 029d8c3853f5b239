import { propertyRule } from "../rule";

export const ecrScansOnPush = propertyRule({
  name: "ecr-scans-on-push",
  description: "An image is scanned when it is pushed.",
  types: ["aws:ecr/repository:Repository"],
  property: "imageScanningConfiguration.scanOnPush",
  holds: (value) => value === true,
  allowed: "true",
  next: "set imageScanningConfiguration: { scanOnPush: true }",
});
