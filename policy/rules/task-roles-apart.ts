import { TASK_DEFINITION } from "../container-definitions";
import type { ResourceRule } from "../rule";

/** What starts a task reads its secrets; the code in it must not be able to. */
export const taskRolesApart: ResourceRule = {
  name: "task-roles-apart",
  description: "A task's code has another role than what starts it.",
  types: [TASK_DEFINITION],
  *check({ props }) {
    const { executionRoleArn, taskRoleArn } = props;
    if (executionRoleArn !== undefined && taskRoleArn !== executionRoleArn) return;
    yield {
      failed: "executionRoleArn and taskRoleArn",
      found: { executionRoleArn, taskRoleArn },
      allowed: "an execution role, and another task role or none",
      next: "give the task definition both, as components/service-roles.ts makes them",
    };
  },
};
