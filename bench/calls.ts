import { effect, type ShiftInputs, type ShiftOutputs } from "../effects/traffic-shift";
import { allTo } from "../release/weights";
import {
  BLUE,
  FakeBalancer,
  GREEN,
  ID,
  RULE,
  TRAFFIC,
  type Traffic,
} from "../test/unit/effects/fake-balancer";
import { FakeScaling } from "../test/unit/effects/fake-scaling";
import { StubAws } from "../test/unit/effects/stub-aws";
import { note } from "./figures";
import { counted, described } from "./request-log";
import { BAKE_SECONDS, STEPS } from "./sample";

const COUNTS = [1, 2, 10, 50];
const CLUSTER = "arn:aws:ecs:us-east-1:111111111111:cluster/cluster";

/** Calls of the real traffic shift for so many services, against answers of our own: in a preview that finds nothing to do, and in a delivery. */
export async function calls(): Promise<void> {
  for (const scales of [false, true]) for (const count of COUNTS) await callsOf(count, scales);
}

async function callsOf(count: number, scales: boolean): Promise<void> {
  const balancer = new FakeBalancer();
  for (const group of [BLUE, GREEN]) balancer.targets[group] = ["healthy", "healthy"];
  const scaling = new FakeScaling();
  const aws = new StubAws({
    ...balancer.answers,
    ...scaling.answers,
    DescribeAlarms: ({ AlarmNames }) => ({
      MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({ AlarmName, StateValue: "OK" })),
    }),
  });
  const callsIn = async (work: () => Promise<unknown>): Promise<string> => {
    aws.calls.length = 0;
    await work();
    return `${aws.calls.length}: ${described(counted(aws.commands))}`;
  };
  try {
    const { olds, news } = release(count, scales, balancer, scaling);
    const same = { ...news, services: olds.services };
    const preview = await callsIn(() => effect.diff(ID, olds, same));
    const shift = await callsIn(() => effect.update(ID, olds, news));
    const name = `${count} services${scales ? " that scale" : ""}`;
    note(`${name}: calls of a preview without changes`, preview.split(":")[0] ?? "");
    note(`${name}: calls of a delivery's shift`, shift.split(":")[0] ?? "");
    console.log(`    ${preview}\n    ${shift}`);
  } finally {
    aws.restore();
  }
}

/** A stack whose services are all live in blue, and a release that takes all of them to green. */
function release(
  count: number,
  scales: boolean,
  balancer: FakeBalancer,
  scaling: FakeScaling,
): { readonly olds: ShiftOutputs; readonly news: ShiftInputs } {
  const old: [string, ShiftOutputs["services"][string]][] = [];
  const wanted: [string, Traffic][] = [];
  for (let index = 0; index < count; index++) {
    const service = `service-${index}`;
    const priority = RULE.priority + index;
    const ruleArn = balancer.withRule(allTo("blue"), { priority });
    if (scales) for (const slot of ["blue", "green"]) scaling.register(`${service}-${slot}`);
    const of = (slot: "blue" | "green", version: number): Traffic => ({
      ...TRAFFIC,
      service,
      priority,
      scales,
      live: slot,
      clusterArn: CLUSTER,
      serviceName: `${service}-${slot}`,
      taskDefinitionArn: `arn:task:${version}`,
      steps: STEPS.map((step) => ({ pauseSeconds: 0, ...step })),
      bakeSeconds: BAKE_SECONDS,
      alarms: [`${service}-failed`, `${service}-latency`],
    });
    const weights = allTo("blue");
    old.push([service, { ...of("blue", 1), ruleArn, weights, proven: { blue: "arn:task:1" } }]);
    wanted.push([service, of("green", 2)]);
  }
  const { region } = RULE;
  return {
    olds: { region, services: Object.fromEntries(old) },
    news: { region, services: Object.fromEntries(wanted) },
  };
}
