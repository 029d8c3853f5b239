import * as pulumi from "@pulumi/pulumi";
import { blueGreen } from "./components/blue-green";
import { Cluster } from "./components/cluster";
import { requireCredentials } from "./components/credentials";
import { deliverTogether } from "./components/deliver-together";
import { planDelivery, releaseOf } from "./components/delivery-plan";
import { ImmutableImage } from "./components/immutable-image";
import { LoadBalancer } from "./components/load-balancer";
import { ManagedSecret } from "./components/managed-secret";
import { Network } from "./components/network";
import { stackPlace } from "./components/place";
import { requirePreconditions } from "./components/preconditions";
import { ProbeFirewall } from "./components/probe-firewall";
import { resolvedRevision } from "./components/resolved-revision";
import { tagEverything } from "./components/tags";
import { keptSecrets } from "./release/kept-secrets";
import { mapValues, pick } from "./release/map-values";
import { previousReleaseAfter } from "./release/outputs";
import { readRecorded } from "./release/recorded";
import { desiredRevision } from "./release/revision";
import { loadSettings } from "./settings";

/** One update is one delivery: decided first, then declared in the order in which it happens. */
module.exports = async (): Promise<Record<string, unknown>> => {
  const settings = loadSettings();
  const { domain, protect, logRetentionDays, sharedWith } = settings;
  tagEverything(settings.tags);
  await requireCredentials(settings);
  const place = stackPlace(settings);
  const recorded = await readRecorded();
  const plan = await planDelivery(settings, place, recorded);
  await requirePreconditions(settings, place, plan.images, recorded);

  const network = new Network(place.project, { ...settings.network, region: place.aws.region });

  const { vpcId, vpcCidr, natAddresses, publicSubnetIds: subnetIds } = network;
  const reached = { vpcId, vpcCidr, natAddresses, subnetIds, ...(domain && { domain }) };
  const balancer = new LoadBalancer(place.project, { ...reached, protect });

  const cluster = new Cluster(place.project);
  const probe = new ProbeFirewall(place.project, network);

  const secretSettings = { ...keptSecrets(recorded), ...settings.secrets };
  const secrets = mapValues(
    secretSettings,
    (secret, name) => new ManagedSecret(name, { place, settings: secret, protect }),
  );

  const images = mapValues(settings.services, ({ image }, name) => {
    const { buildArgs, ownsRepositories: ownsRepository } = plan;
    const options = { source: image, buildArgs, ownsRepository, sharedWith, protect };
    return new ImmutableImage(name, { place, plan: pick(plan.images, name), ...options });
  });

  const digests = pulumi.all(mapValues(images, (image) => image.digest));
  const release = digests.apply((known) => releaseOf(plan, known, place.registry));

  const stack = { place, logRetentionDays, network, balancer };
  const ids = { clusterArn: cluster.arn, probeGroupId: probe.groupId };
  const services = mapValues(settings.services, (service, name) => {
    const desired = desiredRevision(name, service, settings.secrets, pick(plan.images, name));
    const found = resolvedRevision({ place, desired, release, images, secrets });
    const previous = recorded?.services[name];
    const args = { ...stack, ...ids, settings: service, previous, desired, ...found };
    return blueGreen(name, args, {
      dependsOn: [network, balancer, probe, ...Object.values(images)],
    });
  });

  return {
    url: balancer.url,
    release,
    previousRelease: release.apply((now) => previousReleaseAfter(recorded, now) ?? null),
    services: deliverTogether(place, services),
    secrets: secretSettings,
    ownsRepositories: plan.ownsRepositories,
  };
};
