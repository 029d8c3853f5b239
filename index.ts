import * as pulumi from "@pulumi/pulumi";
import { requireAdmission } from "./components/admission";
import { Alerts } from "./components/alerts";
import { blueGreen } from "./components/blue-green";
import { Cluster } from "./components/cluster";
import { requireCredentials } from "./components/credentials";
import { declareRoles } from "./components/deploy-roles";
import { deliverTogether } from "./components/deliver-together";
import { planDelivery, releaseOf } from "./components/delivery-plan";
import { stackLedger } from "./components/ledger";
import { LoadBalancer } from "./components/load-balancer";
import { ManagedSecret } from "./components/managed-secret";
import { Network } from "./components/network";
import { stackPlace } from "./components/place";
import { requirePreconditions } from "./components/preconditions";
import { ProbeFirewall } from "./components/probe-firewall";
import { recordRelease } from "./components/release-record";
import { resolvedRevision } from "./components/resolved-revision";
import { stackImages } from "./components/stack-images";
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
  const { domain, protect, logRetentionDays } = settings;
  tagEverything(settings.tags);
  await requireCredentials(settings);
  const place = stackPlace(settings);
  const [admission, recorded] = [await requireAdmission(settings, place), await readRecorded()];
  const plan = await planDelivery(settings, place, recorded);
  await requirePreconditions(settings, place, plan.images, recorded);

  const network = new Network(place.project, { ...settings.network, region: place.aws.region });
  const { vpcId, vpcCidr, natAddresses, publicSubnetIds: subnetIds } = network;
  const reached = { vpcId, vpcCidr, natAddresses, subnetIds, ...(domain && { domain }) };
  const balancer = new LoadBalancer(place.project, { ...reached, protect });
  const cluster = new Cluster(place.project);
  const alerts = new Alerts(place.project, place);
  const probe = new ProbeFirewall(place.project, network);

  const secretSettings = { ...keptSecrets(recorded), ...settings.secrets };
  const secrets = mapValues(
    secretSettings,
    (secret, name) => new ManagedSecret(name, { place, settings: secret, protect }),
  );

  const ledger = stackLedger(place, settings, admission);
  const { images, scan, ready } = stackImages(place, settings, plan, ledger);
  const digests = pulumi.all(mapValues(images, (image) => image.digest));
  const release = digests.apply((known) => releaseOf(plan, known, place.registry));
  const ids = { clusterArn: cluster.arn, probeGroupId: probe.groupId };
  const stack = { place, logRetentionDays, network, balancer, ...ids };
  const dependsOn = [network, balancer, probe, ...ready];
  const declared = mapValues(settings.services, (service, name) => {
    const desired = desiredRevision(name, service, settings.secrets, pick(plan.images, name));
    const found = resolvedRevision({ place, desired, release, images, secrets });
    const previous = recorded?.services[name];
    const args = { ...stack, settings: service, previous, desired, ...found };
    return blueGreen(name, args, { dependsOn });
  });

  declareRoles(place, settings, Object.keys(secretSettings));
  const delivered = deliverTogether(place, declared, balancer.url, settings);
  const previousRelease = release.apply((now) => previousReleaseAfter(recorded, now) ?? null);
  const said = { plan, admission, release, previousRelease, ledger, scan, ...delivered };
  const delivery = { place, settings, ...said };
  return {
    url: balancer.url,
    release,
    previousRelease,
    services: delivered.services,
    alerts: alerts.topicArn,
    ledger: recordRelease(place.project, delivery),
    secrets: secretSettings,
    ownsRepositories: plan.ownsRepositories,
  };
};
