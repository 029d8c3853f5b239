import { type Slot, SLOTS } from "../../release/slots";
import type { Answer } from "../unit/effects/stub-aws";
import type { ModelService } from "./service";

/** What ECS, the target groups and CloudWatch say of the services, by their names. */
export function accountOf(
  services: Readonly<Record<string, ModelService>>,
  fires: (alarm: string, service: ModelService | undefined, slot: Slot) => boolean,
): Readonly<Record<string, Answer>> {
  const slotOf = (text: string): Slot => (text.endsWith("blue") ? "blue" : "green");
  const serviceOf = (text: string): ModelService | undefined =>
    services[text.replace("arn:", "").split("-")[0] ?? ""];
  const find = (text: unknown): [ModelService, Slot] => {
    const service = serviceOf(String(text));
    if (!service) throw new Error(`nothing is called ${String(text)} here`);
    return [service, slotOf(String(text))];
  };
  return {
    ListServices: () => ({
      serviceArns: Object.keys(services).flatMap((name) => SLOTS.map((slot) => `${name}-${slot}`)),
    }),
    DescribeServices: ({ services: names }) => ({
      services: (names as string[]).map((serviceName) => {
        const [service, slot] = find(serviceName);
        const loadBalancers = [{ targetGroupArn: service.group(slot) }];
        const desiredCount = service.desired[slot];
        return { serviceName, status: "ACTIVE", desiredCount, loadBalancers };
      }),
    }),
    UpdateService: ({ service: name, desiredCount }) => {
      const [service, slot] = find(name);
      service.desired[slot] = desiredCount as number;
      return {};
    },
    DescribeTargetHealth: ({ TargetGroupArn }) => {
      const [service, slot] = find(TargetGroupArn);
      return {
        TargetHealthDescriptions: service.targets(slot).map((State, index) => ({
          Target: { Id: `10.0.0.${index}`, Port: 8080 },
          TargetHealth: { State },
        })),
      };
    },
    DescribeAlarms: ({ AlarmNames }) => ({
      MetricAlarms: (AlarmNames as string[]).map((AlarmName) => ({
        AlarmName,
        StateValue: fires(AlarmName, serviceOf(AlarmName), slotOf(AlarmName)) ? "ALARM" : "OK",
        StateReason: "",
      })),
    }),
  };
}
