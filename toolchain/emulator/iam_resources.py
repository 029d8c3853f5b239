"""The resources that a call is judged by, of the services that a delivery uses, as the Service Authorization
Reference names them: all that a call names, `*` for calls that know no resource, `TYPE/*` for what is yet to be.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import json
import re

from ministack.core import iam_actions
from ministack.core.iam_actions import _query_param
from ministack.services import ecs

ANY = ["*"]
RPC_V2 = re.compile(r"^/service/[^/]+/operation/(\w+)$")
ECS_WITHOUT = ("DeregisterTaskDefinition", "DescribeTaskDefinition", "ListClusters", "ListTasks")
ECS_OF_SERVICES = ("CreateService", "UpdateService", "DeleteService", "DescribeServices", "ListServiceDeployments")
ECR_WITHOUT = ("GetAuthorizationToken",)
EC2_CREATED = {"CreateVpc": "vpc", "CreateSubnet": "subnet", "CreateInternetGateway": "internet-gateway",
               "CreateRouteTable": "route-table", "AllocateAddress": "elastic-ip", "CreateNatGateway": "natgateway",
               "CreateSecurityGroup": "security-group", "CreateVpcEndpoint": "vpc-endpoint"}
EC2_PARAMS = {"VpcId": "vpc", "SubnetId": "subnet", "GroupId": "security-group", "RouteTableId": "route-table",
              "InternetGatewayId": "internet-gateway", "AllocationId": "elastic-ip", "NatGatewayId": "natgateway",
              "VpcEndpointId": "vpc-endpoint", "SecurityGroupId": "security-group"}
EC2_PREFIXES = {"vpc": "vpc", "subnet": "subnet", "igw": "internet-gateway", "rtb": "route-table",
                "eipalloc": "elastic-ip", "nat": "natgateway", "sg": "security-group", "vpce": "vpc-endpoint",
                "sgr": "security-group-rule", "eni": "network-interface"}

_action, _resource = iam_actions.extract_iam_action, iam_actions.extract_resource_arn


def data_of(headers, body):
    """What a JSON or CBOR request says."""
    try:
        if "cbor" in headers.get("content-type", ""):
            import cbor2

            return cbor2.loads(body) or {}
        return json.loads(body or b"{}")
    except ValueError:
        return {}


def values_of(params, name):
    """Those of `name`, `name.1`, `name.member.1` and so on, in their order."""
    pattern = re.compile(rf"^{re.escape(name)}(?:\.(?:member\.)?\d+)?$")
    return [_query_param(params, key) for key in params if pattern.match(key)]


def as_list(value):
    return [each for each in (value if isinstance(value, list) else [value]) if each]


def of_ecs(action, data, params, at):
    cluster = data.get("cluster") or "default"
    if cluster.startswith("arn:"):
        at = cluster.rpartition("cluster/")[0]  # of another account too
    cluster = cluster.rsplit("/", 1)[-1]

    def named(kind, names):
        return [name if name.startswith("arn:") else f"{at}{kind}/{name}" for name in as_list(names)]

    if action in ECS_WITHOUT:
        return ANY
    if action in ECS_OF_SERVICES:
        return named(f"service/{cluster}", data.get("services") or data.get("service") or data.get("serviceName"))
    if action in ("DescribeTasks", "StopTask"):
        return named(f"task/{cluster}", data.get("tasks") or data.get("task"))
    if action == "RegisterTaskDefinition":
        return named("task-definition", f"{data.get('family')}:*")
    if action == "RunTask":
        known = ecs._resolve_td_key(data.get("taskDefinition") or "")
        return named("task-definition", known or data.get("taskDefinition"))
    if "resourceArn" in data or action == "DescribeServiceDeployments":
        return as_list(data.get("resourceArn") or data.get("serviceDeploymentArns"))
    if action.endswith(("Cluster", "Clusters", "ClusterSettings", "ClusterCapacityProviders")):
        return named("cluster", data.get("clusters") or data.get("cluster") or data.get("clusterName") or "default")
    return ANY


def of_elasticloadbalancing(action, data, params, at):
    if action.startswith("Describe"):
        return ANY
    name = _query_param(params, "Name")
    made = {"CreateLoadBalancer": f"loadbalancer/app/{name}/*", "CreateTargetGroup": f"targetgroup/{name}/*"}
    if action in made:
        return [at + made[action]]
    rules = [_query_param(params, key) for key in params if re.match(r"^RulePriorities\.member\.\d+\.RuleArn$", key)]
    for field in ("RuleArn", "ResourceArns", "ListenerArn", "TargetGroupArn", "LoadBalancerArn"):
        if found := values_of(params, field):
            return found
    return rules


def of_application_autoscaling(action, data, params, at):
    if action.startswith("Describe"):
        return ANY
    return as_list(data.get("ResourceARN")) or [f"{at}scalable-target/*"]  # its id is made by AWS


def of_monitoring(action, data, params, at):
    if named := data.get("ResourceARN") or _query_param(params, "ResourceARN"):
        return [named]
    if "Alarm" not in action or action == "DescribeAlarmsForMetric":
        return ANY
    names = as_list(data.get("AlarmNames") or data.get("AlarmName")) or values_of(params, "AlarmNames") \
        or values_of(params, "AlarmName") or ["*"]
    return [f"{at}alarm:{name}" for name in names]


def of_ecr(action, data, params, at):
    if action in ECR_WITHOUT:
        return ANY
    names = as_list(data.get("repositoryName") or data.get("repositoryNames")) or ["*"]
    if data.get("registryId"):
        at = ":".join([*at.split(":")[:4], data["registryId"], ""])
    return as_list(data.get("resourceArn")) or [f"{at}repository/{name}" for name in names]


def of_logs(action, data, params, at):
    if action == "DescribeLogGroups":
        return ANY
    if "resourceArn" in data:
        return [data["resourceArn"]]
    group = f"{at}log-group:{data.get('logGroupName', '*')}"
    return [f"{group}:log-stream:{data['logStreamName']}"] if data.get("logStreamName") else [group]


def of_ec2(action, data, params, at):
    if action.startswith("Describe"):
        return ANY
    if action in ("CreateTags", "DeleteTags"):
        return [f"{at}{EC2_PREFIXES.get(name.split('-')[0], '*')}/{name}" for name in values_of(params, "ResourceId")]
    fields = {"RouteTableId": "route-table"} if action.endswith("Route") else EC2_PARAMS
    found = [f"{at}{kind}/{value}" for field, kind in fields.items() for value in values_of(params, field)]
    return ([f"{at}{EC2_CREATED[action]}/*"] if action in EC2_CREATED else []) + found


def of_iam(action, data, params, at):
    """By the ARN with its path, where there is one."""
    from ministack.services import iam

    stores = {"RoleName": ("role", iam._roles), "UserName": ("user", iam._users)}
    path = _query_param(params, "Path").strip("/")
    for field, (kind, store) in stores.items():
        name = _query_param(params, field)
        if name:
            return [(store.get(name) or {}).get("Arn") or f"{at}{kind}/" + "/".join(filter(None, (path, name)))]
    if named := _query_param(params, "PolicyArn"):
        return [named]
    if _query_param(params, "PolicyName") and action == "CreatePolicy":
        return [f"{at}policy/" + "/".join(filter(None, (path, _query_param(params, "PolicyName"))))]
    return []


def of_secretsmanager(action, data, params, at):
    """A secret's ARN ends with six characters that AWS makes."""
    if action in ("ListSecrets", "GetRandomPassword", "BatchGetSecretValue"):
        return ANY
    return [f"{at}secret:{data.get('Name')}-??????"] if action == "CreateSecret" else []


def of_sns(action, data, params, at):
    """A topic's tags are asked for by another field than the rest of it."""
    return values_of(params, "ResourceArn")


OF_SERVICE = {"ecs": of_ecs, "elasticloadbalancing": of_elasticloadbalancing, "monitoring": of_monitoring,
              "application-autoscaling": of_application_autoscaling, "ecr": of_ecr, "logs": of_logs, "ec2": of_ec2,
              "iam": of_iam, "secretsmanager": of_secretsmanager, "sns": of_sns}
PREFIX_OF = {"monitoring": "cloudwatch"}


def resources_of(service, action, headers, body, params, region, account):
    """None where MiniStack's own answer is as good."""
    if service not in OF_SERVICE:
        return None
    at = f"arn:aws:{PREFIX_OF.get(service, service)}:{'' if service == 'iam' else region}:{account}:"
    data = data_of(headers, body)
    return OF_SERVICE[service](action, data if isinstance(data, dict) else {}, params, at) or None


def extract_iam_action(service, method, path, headers, body, params):
    """MiniStack lets calls by RPC v2 pass."""
    rpc = RPC_V2.match(path)
    namespace = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service)
    found = _action(service, method, path, headers, body, params)
    return f"{namespace}:{rpc.group(1)}" if rpc and namespace else found


def extract_resource_arn(service, method, path, headers, body, params, region, account):
    action = iam_actions.extract_iam_action(service, method, path, headers, body, params) or ""
    found = resources_of(service, action.rpartition(":")[2], headers, body, params, region, account)
    return found[0] if found else _resource(service, method, path, headers, body, params, region, account)


def install():
    iam_actions.SERVICE_TO_IAM_NAMESPACE["application-autoscaling"] = "application-autoscaling"
    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn
