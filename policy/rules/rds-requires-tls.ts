import { items, read, type StackResource, type StackRule } from "../rule";

/** Parameters by which an engine refuses connections without TLS. */
const FORCE_TLS = new Set(["rds.force_ssl", "require_secure_transport"]);

const forcesTls = ({ type, props }: StackResource): boolean =>
  type === "aws:rds/parameterGroup:ParameterGroup" &&
  items(props["parameters"]).some(
    (parameter) =>
      FORCE_TLS.has(String(read(parameter, "name"))) &&
      ["1", "ON"].includes(String(read(parameter, "value")).toUpperCase()),
  );

export const rdsRequiresTls: StackRule = {
  name: "rds-requires-tls",
  description: "A database takes no connection without TLS.",
  types: ["aws:rds/instance:Instance"],
  *checkAmong({ propertyDependencies }) {
    const groups = propertyDependencies["parameterGroupName"] ?? [];
    if (groups.some(forcesTls)) return;
    yield {
      failed: "parameterGroupName",
      found: groups.map(({ name }) => name),
      allowed: "a parameter group of this stack with rds.force_ssl = 1",
      next: "declare one, and give it to the database",
    };
  },
};
