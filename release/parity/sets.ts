/**
 * Lists of which AWS keeps no order, by the name of the property: written in another order they mean the same.
 * Any other list is compared in its order, as a service's steps are.
 */
const UNORDERED = new Set([
  "subnets",
  "subnetIds",
  "securityGroups",
  "securityGroupIds",
  "vpcSecurityGroupIds",
  "routeTableIds",
  "cidrBlocks",
  "ingress",
  "egress",
  // Of policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
  "Statement",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "AWS",
  "Service",
  // Of listener rules: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html
  "conditions",
  "values",
  "paths",
  // Of task definitions and clusters: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
  "environment",
  "secrets",
  "portMappings",
  "mountPoints",
  "volumes",
  "drop",
  "requiresCompatibilities",
  "settings",
  // Of alarms: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  "metricQueries",
  "alarms",
  "watch",
  "alarmActions",
  "okActions",
  // Of records: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
  "records",
  "validationRecordFqdns",
]);

export const isUnordered = (property: string): boolean => UNORDERED.has(property);
