import {
  DescribeTasksCommand,
  type ECSClient,
  type ListTasksCommandInput,
  paginateListTasks,
  type Task,
} from "@aws-sdk/client-ecs";

/** Most in one page, and most that can be described at once. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
const TASKS_A_CALL = 100;

/** The tasks that a filter finds, described: two calls for each hundred. */
export async function listedTasks(
  client: ECSClient,
  filter: ListTasksCommandInput,
): Promise<readonly Task[]> {
  const found: Task[] = [];
  for await (const page of paginateListTasks({ client, pageSize: TASKS_A_CALL }, filter)) {
    const { taskArns: tasks = [] } = page;
    if (tasks.length === 0) continue;
    const { cluster } = filter;
    found.push(...((await client.send(new DescribeTasksCommand({ cluster, tasks }))).tasks ?? []));
  }
  return found;
}
