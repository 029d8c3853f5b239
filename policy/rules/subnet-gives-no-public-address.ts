import { propertyRule } from "../rule";

export const subnetGivesNoPublicAddress = propertyRule({
  name: "subnet-gives-no-public-address",
  description: "A subnet gives nothing a public address by itself.",
  types: ["aws:ec2/subnet:Subnet"],
  property: "mapPublicIpOnLaunch",
  holds: (value) => value !== true,
  allowed: "false",
  next: "leave mapPublicIpOnLaunch out",
});
