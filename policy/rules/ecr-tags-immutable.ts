import { propertyRule } from "../rule";

export const ecrTagsImmutable = propertyRule({
  name: "ecr-tags-immutable",
  description: "A tag of an image is never moved.",
  types: ["aws:ecr/repository:Repository"],
  property: "imageTagMutability",
  holds: (value) => value === "IMMUTABLE",
  allowed: "IMMUTABLE",
  next: "set imageTagMutability",
});
