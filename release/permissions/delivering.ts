import type { Grant } from "./grant";

const REGISTRY =
  "AWS judges each request to the registry by the caller's policies, and the emulator by the token alone: " +
  "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html";

const DELIVER = ["deploy"] as const;

/** What a delivery changes, and what it waits for. */
export const DELIVERING: readonly Grant[] = [
  {
    to: DELIVER,
    actions: ["ecr:GetAuthorizationToken"],
    on: "anything",
    why: "to ask the registry which images are there; AWS knows no resource for it",
  },
  {
    to: DELIVER,
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    on: "repositories",
    why: "which images are there",
    unused: REGISTRY,
  },
  {
    to: DELIVER,
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    on: "provenRepositories",
    why: "the images of a promoted release, to be copied by digest",
    unused: REGISTRY,
  },
  {
    to: DELIVER,
    actions: [
      "ecr:CompleteLayerUpload",
      "ecr:InitiateLayerUpload",
      "ecr:PutImage",
      "ecr:UploadLayerPart",
    ],
    on: "repositories",
    why: "images are built or copied",
    unused: REGISTRY,
  },
  {
    to: DELIVER,
    actions: ["ecr:DescribeImageScanFindings"],
    on: "repositories",
    why: "what the registry's own scanner found, where the settings ask it",
    unused: "the road's images are scanned by advisories that are packages",
  },
  {
    to: DELIVER,
    actions: ["secretsmanager:PutSecretValue"],
    on: "secrets",
    why: "the next version of a secret that the program makes",
  },
  {
    to: DELIVER,
    actions: ["ecs:RegisterTaskDefinition"],
    on: "taskDefinitions",
    why: "what a slot runs",
  },
  {
    to: DELIVER,
    actions: [
      "ecs:DeregisterTaskDefinition",
      "ecs:DescribeTaskDefinition",
      "ecs:ListServices",
      "ecs:ListTasks",
    ],
    on: "anything",
    why: "what a slot ran before, and what runs now; AWS knows no resource for these",
  },
  {
    to: DELIVER,
    actions: ["iam:PassRole"],
    on: "serviceRoles",
    condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    why: "tasks have the roles of their service, which an administrator has made",
  },
  {
    to: DELIVER,
    actions: ["ecs:CreateService", "ecs:DescribeServices", "ecs:UpdateService"],
    on: "services",
    why: "the standby slot comes up",
  },
  {
    to: DELIVER,
    actions: ["ecs:DescribeTasks"],
    on: "tasks",
    why: "whether tasks run, and why one ended",
  },
  {
    to: DELIVER,
    actions: ["ecs:RunTask"],
    on: "taskDefinitions",
    why: "the smoke and the acceptance test of a version",
  },
  {
    to: DELIVER,
    actions: ["ecs:StopTask"],
    on: "tasks",
    why: "a test that does not end is ended",
    unused: "the road's tests end by themselves",
  },
  {
    to: DELIVER,
    actions: ["logs:GetLogEvents"],
    on: "logGroups",
    why: "the last lines of a version that does not come up",
    unused: "every version of the road comes up",
  },
  {
    to: DELIVER,
    actions: ["ecs:TagResource"],
    on: "services",
    why: "AWS asks for it in addition, where a service is made with the settings' tags",
  },
  {
    to: DELIVER,
    actions: ["ecs:TagResource"],
    on: "taskDefinitions",
    why: "the same of a task definition",
  },
  {
    to: DELIVER,
    actions: ["elasticloadbalancing:DescribeTargetHealth"],
    on: "anything",
    why: "traffic moves to targets that are healthy alone; AWS knows no resource for it",
  },
  {
    to: ["plan", "deploy"],
    actions: ["elasticloadbalancing:DescribeRules"],
    on: "anything",
    why: "the live weights; AWS knows no resource for it",
  },
  {
    to: DELIVER,
    actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:ModifyRule"],
    on: "rules",
    why: "traffic moves; a note says that a rollback has moved it before its update",
  },
  {
    to: DELIVER,
    actions: ["elasticloadbalancing:SetRulePriorities"],
    on: "rules",
    why: "another path may have to come first",
    unused: "the road's services keep their paths",
  },
  {
    to: DELIVER,
    actions: [
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
    ],
    on: "targetGroups",
    why: "the standby's health check and drain, as the settings have them",
  },
  {
    to: DELIVER,
    actions: ["cloudwatch:PutMetricAlarm"],
    on: "alarms",
    why: "alarms that turn a version back",
  },
  {
    to: DELIVER,
    actions: ["cloudwatch:TagResource"],
    on: "alarms",
    why: "AWS asks for it in addition, where an alarm is made with the settings' tags",
  },
  {
    to: DELIVER,
    actions: ["cloudwatch:DeleteAlarms"],
    on: "alarms",
    why: "a service's alarms are switched off",
    unused: "the road's alarms stay on",
  },
  {
    to: DELIVER,
    actions: ["application-autoscaling:ListTagsForResource", "application-autoscaling:TagResource"],
    on: "scalableTargets",
    why: "AWS asks for it in addition, where a target is made with the settings' tags",
  },
  {
    to: DELIVER,
    actions: ["cloudwatch:DescribeAlarms"],
    on: "anyAlarms",
    why: "whether one of them fires: the program's own, and those that the settings name",
  },
  {
    to: ["plan"],
    actions: ["cloudwatch:DescribeAlarms"],
    on: "anyAlarms",
    why: "whether alarms that the settings name are there",
    unused: "the road's settings name none",
  },
  {
    to: DELIVER,
    actions: [
      "application-autoscaling:DeleteScalingPolicy",
      "application-autoscaling:PutScalingPolicy",
      "application-autoscaling:RegisterScalableTarget",
    ],
    on: "scalableTargets",
    why: "the number of tasks follows the load",
  },
  {
    to: DELIVER,
    actions: ["application-autoscaling:DeregisterScalableTarget"],
    on: "scalableTargets",
    why: "a service is no longer scaled",
    unused: "the road's services stay scaled",
  },
  {
    to: DELIVER,
    actions: [
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
    ],
    on: "anything",
    why: "what there is of it; AWS knows no resource for these",
  },
  {
    to: DELIVER,
    actions: ["sns:Publish"],
    on: "topic",
    why: "everybody hears of a release that came past its gate",
    unused: "every release of the road comes in by its gate",
  },
  {
    to: DELIVER,
    actions: ["iam:CreateServiceLinkedRole"],
    on: "scalingRole",
    condition: {
      StringEquals: { "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com" },
    },
    why: "AWS asks for it in addition, where the first service of an account is scaled: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html",
    unused: "the emulator has no service-linked roles",
  },
];
