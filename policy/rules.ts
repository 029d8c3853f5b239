import type { Rule } from "./rule";
import { alarmActs } from "./rules/alarm-acts";
import { alarmSaysWhatMissingDataMeans } from "./rules/alarm-says-what-missing-data-means";
import { clusterInsights } from "./rules/cluster-insights";
import { containerDropsCapabilities } from "./rules/container-drops-capabilities";
import { containerHealthCheck } from "./rules/container-health-check";
import { containerLogs } from "./rules/container-logs";
import { containerNonRoot } from "./rules/container-non-root";
import { containerRootReadOnly } from "./rules/container-root-read-only";
import { ecrRepositoryEncrypted } from "./rules/ecr-repository-encrypted";
import { ecrScansOnPush } from "./rules/ecr-scans-on-push";
import { ecrTagsImmutable } from "./rules/ecr-tags-immutable";
import { httpRedirectsToHttps } from "./rules/http-redirects-to-https";
import { iamActionsNamed } from "./rules/iam-actions-named";
import { iamResourcesNamed } from "./rules/iam-resources-named";
import { imageByDigest } from "./rules/image-by-digest";
import { internetIngressAtLoadBalancer } from "./rules/internet-ingress-at-load-balancer";
import { internetIngressPorts } from "./rules/internet-ingress-ports";
import { kmsKeyRotates } from "./rules/kms-key-rotates";
import { listenerTls12 } from "./rules/listener-tls-1-2";
import { liveSlotHasAlarms } from "./rules/live-slot-has-alarms";
import { loadBalancerDropsInvalidHeaders } from "./rules/load-balancer-drops-invalid-headers";
import { logRetentionSet } from "./rules/log-retention-set";
import { noBroadManagedPolicy } from "./rules/no-broad-managed-policy";
import { noDefaultNetwork } from "./rules/no-default-network";
import { noLongLivedCredentials } from "./rules/no-long-lived-credentials";
import { noSecretInEnvironment } from "./rules/no-secret-in-environment";
import { protectedIsKept } from "./rules/protected-is-kept";
import { rdsBackups } from "./rules/rds-backups";
import { rdsEncrypted } from "./rules/rds-encrypted";
import { rdsNotPublic } from "./rules/rds-not-public";
import { rdsRequiresTls } from "./rules/rds-requires-tls";
import { resourcePolicyNamesPrincipals } from "./rules/resource-policy-names-principals";
import { roleTrustNamed } from "./rules/role-trust-named";
import { roleTrustOfProviderNarrowed } from "./rules/role-trust-of-provider-narrowed";
import { s3BucketBlocksPublicAccess } from "./rules/s3-bucket-blocks-public-access";
import { s3BucketEncrypted } from "./rules/s3-bucket-encrypted";
import { s3BucketTlsOnly } from "./rules/s3-bucket-tls-only";
import { s3BucketVersioned } from "./rules/s3-bucket-versioned";
import { s3ObjectLockRetains } from "./rules/s3-object-lock-retains";
import { secretByVersion } from "./rules/secret-by-version";
import { serviceCircuitBreaker } from "./rules/service-circuit-breaker";
import { serviceHasNoPublicAddress } from "./rules/service-has-no-public-address";
import { snsTopicEncrypted } from "./rules/sns-topic-encrypted";
import { sqsQueueEncrypted } from "./rules/sqs-queue-encrypted";
import { subnetGivesNoPublicAddress } from "./rules/subnet-gives-no-public-address";
import { tagsOnEverything } from "./rules/tags-on-everything";
import { targetGroupHealthCheck } from "./rules/target-group-health-check";
import { taskRolesApart } from "./rules/task-roles-apart";

/** Every rule. A new one is a file of its own in `rules/`, a line here, and cases in `test/unit/policy/cases/`. */
export const RULES: readonly Rule[] = [
  alarmActs,
  alarmSaysWhatMissingDataMeans,
  clusterInsights,
  containerDropsCapabilities,
  containerHealthCheck,
  containerLogs,
  containerNonRoot,
  containerRootReadOnly,
  ecrRepositoryEncrypted,
  ecrScansOnPush,
  ecrTagsImmutable,
  httpRedirectsToHttps,
  iamActionsNamed,
  iamResourcesNamed,
  imageByDigest,
  internetIngressAtLoadBalancer,
  internetIngressPorts,
  kmsKeyRotates,
  listenerTls12,
  liveSlotHasAlarms,
  loadBalancerDropsInvalidHeaders,
  logRetentionSet,
  noBroadManagedPolicy,
  noDefaultNetwork,
  noLongLivedCredentials,
  noSecretInEnvironment,
  protectedIsKept,
  rdsBackups,
  rdsEncrypted,
  rdsNotPublic,
  rdsRequiresTls,
  resourcePolicyNamesPrincipals,
  roleTrustNamed,
  roleTrustOfProviderNarrowed,
  s3BucketBlocksPublicAccess,
  s3BucketEncrypted,
  s3BucketTlsOnly,
  s3BucketVersioned,
  s3ObjectLockRetains,
  secretByVersion,
  serviceCircuitBreaker,
  serviceHasNoPublicAddress,
  snsTopicEncrypted,
  sqsQueueEncrypted,
  subnetGivesNoPublicAddress,
  tagsOnEverything,
  targetGroupHealthCheck,
  taskRolesApart,
];
