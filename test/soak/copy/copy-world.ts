import { CreateRepositoryCommand, DeleteRepositoryCommand } from "@aws-sdk/client-ecr";
import { rmSync } from "node:fs";
import type { Emulator } from "../../../toolchain/emulator.mjs";
import { type Account, connect, registryPassword } from "../../e2e/emulator/account";
import { optionsFor } from "../../e2e/emulator/world";
import { Between } from "./between";
import { Copier, type CopierRun, type Places, PRODUCTION, REPOSITORY, STAGE } from "./copier";
import { SampleImage } from "./sample-image";

interface Side {
  readonly account: Account;
  readonly between: Between;
  /** The repository itself, with nothing between. */
  readonly base: string;
  readonly authorization: string;
  readonly endpoint: string;
  /** Where the copier finds it. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

async function startSide(accountId: string): Promise<Side> {
  const { startEmulator } = await import("../../../toolchain/emulator.mjs");
  const options = optionsFor(`image-copy-${accountId}`, 0.2, accountId);
  const emulator: Emulator = await startEmulator(options);
  const account = connect(emulator.endpoint, accountId);
  const between = new Between(emulator.port);
  const password = await registryPassword(account);
  return {
    account,
    between,
    base: `http://${emulator.registryEndpoint}/v2/${REPOSITORY}`,
    authorization: `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}`,
    endpoint: emulator.endpoint,
    address: await between.start(),
    close: async () => {
      await between.stop();
      await emulator.stop();
      rmSync(options.stateDir, { recursive: true, force: true });
    },
  };
}

const imageTagMutability = "IMMUTABLE";

/** Two emulated accounts with a repository each, and a copier that reaches them through what stands between. */
export class CopyWorld {
  readonly image: SampleImage;
  readonly dockerImage: SampleImage;
  readonly source: Side;
  readonly target: Side;
  private readonly copier = new Copier();

  private constructor(source: Side, target: Side, mebibytes: number) {
    [this.source, this.target] = [source, target];
    this.image = new SampleImage("oci", mebibytes);
    this.dockerImage = new SampleImage("docker", mebibytes);
  }

  /** @param mebibytes of the images' largest layers */
  static async start(mebibytes: number): Promise<CopyWorld> {
    const world = new CopyWorld(await startSide(STAGE), await startSide(PRODUCTION), mebibytes);
    const repositoryName = REPOSITORY;
    for (const { account } of [world.source, world.target])
      await account.ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
    for (const image of [world.image, world.dockerImage])
      await image.push(world.source.base, world.source.authorization);
    return world;
  }

  /** Production's repository as it was before anything was copied, and nothing counted. */
  async reset(): Promise<void> {
    const { ecr } = this.target.account;
    const repositoryName = REPOSITORY;
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
    for (const { between } of [this.source, this.target]) between.reset();
  }

  /** @param onStart is given what kills the copier */
  copy(digest: string, onStart?: (kill: () => void) => void): Promise<CopierRun> {
    const { source, target } = this;
    const places: Places = {
      ...{ source: source.address, target: target.address },
      endpoint: target.endpoint,
    };
    return this.copier.run(places, digest, onStart);
  }

  /** Has both sides tell of their moments. */
  onMoment(tell: () => boolean): void {
    for (const { between } of [this.source, this.target]) between.onMoment = tell;
  }

  /** What production's repository answers of a part of the image, `blobs/DIGEST`: a status. */
  async statusOf(path: string): Promise<number> {
    const { base, authorization } = this.target;
    return (await fetch(`${base}/${path}`, { method: "HEAD", headers: { authorization } })).status;
  }

  differences(image: SampleImage): Promise<string[]> {
    return image.differences(this.target.base, this.target.authorization);
  }

  async close(): Promise<void> {
    this.copier.remove();
    await this.source.close();
    await this.target.close();
  }
}
