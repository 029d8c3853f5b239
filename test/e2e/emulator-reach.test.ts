import {
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import assert from "node:assert/strict";
import { logsOf, register, until, type Account } from "./emulator/account";
import { baseImage } from "./emulator/target-image";
import { createBalancer, fetching, input, listen, reaches, run } from "./emulator/tasks";
import { containersOf, createWorld, python, type World } from "./emulator/world";

const OTHER_ACCOUNT = "222222222222";

/** Runs a script of Node.js as a task, and gives what it printed. */
async function linesOf(account: Account, script: string): Promise<string[]> {
  const entryPoint = ["/nodejs/bin/node", "-e"];
  const node = await register(account, "node", await baseImage(), {}, { entryPoint });
  const ended = await reaches(account, await run(account, input(node, script)), "STOPPED");
  assert.equal(ended.containers?.[0]?.exitCode, 0, ended.stoppedReason);
  return logsOf(account, "node", ended);
}

describe("tasks on the AWS emulator reach load balancers", function () {
  this.timeout(60_000);
  const open: (() => unknown)[] = [];
  let account: Account;
  let other: World;
  let host: string;
  let arn: string;
  let theirs: { arn: string; host: string };

  before(async function () {
    if (python === undefined) this.skip();
    const [world, second] = await Promise.all([
      createWorld("emulator-reach"),
      createWorld("emulator-reach-other", undefined, OTHER_ACCOUNT),
    ]);
    open.push(
      () => world.close(),
      () => second.close(),
    );
    account = world.account;
    other = second;
    ({ host, arn } = await createBalancer(account, "front"));
    await listen(account, arn, 80, "traffic");
    await listen(account, arn, 9000, "test");
  });

  after(async () => {
    for (const close of open.reverse()) await close();
  });

  it("by name, at the ports of their listeners", async () => {
    const second = await createBalancer(account, "second");
    await listen(account, second.arn, 8123, "second");
    const script = fetching(
      [`http://${host}/`],
      [`http://${host}:9000/readyz`, "blue"],
      [`http://${host}:9000/readyz`, "green"],
      [`http://${second.host}:8123/`],
      [`http://${second.host}:9000/`],
    );
    assert.deepEqual(await linesOf(account, script), [
      "200 traffic",
      "203 blue: test",
      "200 test",
      "200 second",
      `421 ${second.host} has no listener on port 9000`,
    ]);
  });

  it("at a port as soon as there is a listener, and no longer", async () => {
    const listener = await listen(account, arn, 7777, "late");
    const script = fetching([`http://${host}:7777/`]);
    assert.deepEqual(await linesOf(account, script), ["200 late"]);
    await account.elb.send(new DeleteListenerCommand({ ListenerArn: listener }));
    assert.deepEqual(await linesOf(account, script), ["ECONNREFUSED"]);
  });

  it("with bodies of any size, over one connection and many", async () => {
    const script = `
      const post = (size) => fetch("http://${host}:9000/", { method: "POST", body: "x".repeat(size) });
      const all = await Promise.all(Array.from({ length: 100 }, (_, index) => post(index * 1000)));
      console.log(new Set(all.map(({ status }) => status)));
      for (let count = 0; count < 100; count++) await (await post(1_000_000 / 100)).text();
      console.log("done");`;
    assert.deepEqual(await linesOf(account, script), ["Set(1) { 200 }", "done"]);
  });

  it("of their own account, with two accounts at once on a machine", async () => {
    theirs = await createBalancer(other.account, "front");
    await listen(other.account, theirs.arn, 9000, "other");
    const script = fetching([`http://${host}:9000/`], [`http://${theirs.host}:9000/`]);
    const both = await Promise.all([linesOf(account, script), linesOf(other.account, script)]);
    assert.deepEqual(both, [
      ["200 test", "ENOTFOUND"],
      ["ENOTFOUND", "200 other"],
    ]);
  });

  it("and leave nothing behind, neither without listeners nor with an emulator that is killed", async () => {
    const left = (count: number) => () =>
      Promise.resolve(containersOf(other.options.instance).length === count || undefined);
    await until(10, left(1));
    await other.account.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: theirs.arn }));
    await until(10, left(0));
    const again = await createBalancer(other.account, "again");
    await listen(other.account, again.arn, 80, "again");
    const script = fetching([`http://${again.host}/`]);
    assert.deepEqual(await linesOf(other.account, script), ["200 again"]);
    await until(10, left(1));
    process.kill(other.emulator.pid, "SIGKILL");
    await until(10, left(0));
  });
});
