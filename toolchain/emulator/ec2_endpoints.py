"""VPC endpoints with the members that AWS returns: policy, security groups, DNS, interfaces.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
"""

import json

import ec2_interfaces
from ministack.core.responses import get_region
from ministack.services import ec2

FULL_ACCESS = json.dumps({"Version": "2008-10-17", "Statement": [
    {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})

_create, _modify, _delete, _describe, _fields_xml = (
    ec2._create_vpc_endpoint, ec2._modify_vpc_endpoint, ec2._delete_vpc_endpoints,
    ec2._describe_vpc_endpoints, ec2._vpce_fields_xml)


def boolean(params, name, default):
    value = ec2._p(params, name)
    return value.lower() == "true" if value else default


def is_interface(endpoint):
    return endpoint["VpcEndpointType"] == "Interface"


def create(params):
    known = set(ec2._vpc_endpoints.keys())
    _create(params)
    endpoint = next(e for key, e in ec2._vpc_endpoints.items() if key not in known)
    endpoint.update({
        "PolicyDocument": ec2._p(params, "PolicyDocument") or FULL_ACCESS,
        "PrivateDnsEnabled": boolean(params, "PrivateDnsEnabled", is_interface(endpoint)),
        "SecurityGroupIds": ec2._parse_member_list(params, "SecurityGroupId"),
        "IpAddressType": ec2._p(params, "IpAddressType") or "ipv4",
        "DnsRecordIpType": ec2._p(params, "DnsOptions.DnsRecordIpType")
        or ("ipv4" if is_interface(endpoint) else "service-defined"),
    })
    set_interfaces(endpoint)
    return ec2._xml(200, "CreateVpcEndpointResponse", fields_xml(endpoint, tag="vpcEndpoint"))


def set_interfaces(endpoint):
    """One network interface in each subnet of an interface endpoint."""
    kept = endpoint.setdefault("Interfaces", {})
    subnets = endpoint["SubnetIds"] if is_interface(endpoint) else []
    for subnet in [subnet for subnet in kept if subnet not in subnets]:
        ec2._network_interfaces.pop(kept.pop(subnet), None)
    for subnet in subnets:
        if subnet not in kept:
            kept[subnet] = ec2_interfaces.create(
                subnet, endpoint["SecurityGroupIds"],
                f"VPC Endpoint Interface {endpoint['VpcEndpointId']}", "vpc_endpoint")


def delete(params):
    for identifier in ec2._parse_member_list(params, "VpcEndpointId"):
        for eni in (ec2._vpc_endpoints.get(identifier) or {}).get("Interfaces", {}).values():
            ec2._network_interfaces.pop(eni, None)
    return _delete(params)


def changed_list(current, params, name):
    """Order is kept and nothing is doubled."""
    removed = ec2._parse_member_list(params, f"Remove{name}")
    added = ec2._parse_member_list(params, f"Add{name}")
    return list(dict.fromkeys([i for i in current if i not in removed] + added))


def modify(params):
    endpoint = ec2._vpc_endpoints.get(ec2._p(params, "VpcEndpointId"))
    if not endpoint:
        return _modify(params)
    for field, name in (("RouteTableIds", "RouteTableId"), ("SubnetIds", "SubnetId"),
                        ("SecurityGroupIds", "SecurityGroupId")):
        endpoint[field] = changed_list(endpoint.get(field, []), params, name)
    set_interfaces(endpoint)
    endpoint["PrivateDnsEnabled"] = boolean(
        params, "PrivateDnsEnabled", endpoint["PrivateDnsEnabled"])
    if boolean(params, "ResetPolicy", False):
        endpoint["PolicyDocument"] = FULL_ACCESS
    elif ec2._p(params, "PolicyDocument"):
        endpoint["PolicyDocument"] = ec2._p(params, "PolicyDocument")
    return ec2._xml(200, "ModifyVpcEndpointResponse", "<return>true</return>")


def interface_xml(endpoint):
    short = endpoint["VpcEndpointId"].removeprefix("vpce-")
    service = endpoint["ServiceName"].split(".", 3)[-1]
    region = get_region()
    names = [f"{endpoint['VpcEndpointId']}-{short[:8]}.{service}.{region}.vpce.amazonaws.com"]
    if endpoint["PrivateDnsEnabled"]:
        names.append(f"{service}.{region}.amazonaws.com")
    entries = "".join(f"<item><dnsName>{name}</dnsName><hostedZoneId>Z7HUB22UULQXV</hostedZoneId>"
                      "</item>" for name in names)
    interfaces = "".join(f"<item>{eni}</item>" for eni in endpoint["Interfaces"].values())
    return (f"<dnsEntrySet>{entries}</dnsEntrySet>"
            f"<networkInterfaceIdSet>{interfaces}</networkInterfaceIdSet>")


def fields_xml(endpoint, tag="item"):
    if "PolicyDocument" not in endpoint:  # on its way through MiniStack's own CreateVpcEndpoint
        return _fields_xml(endpoint, tag)
    groups = "".join(f"<item><groupId>{group}</groupId><groupName>{group}</groupName></item>"
                     for group in endpoint["SecurityGroupIds"])
    more = (f"<policyDocument>{ec2._esc(endpoint['PolicyDocument'])}</policyDocument>"
            f"<privateDnsEnabled>{str(endpoint['PrivateDnsEnabled']).lower()}</privateDnsEnabled>"
            f"<groupSet>{groups}</groupSet><requesterManaged>false</requesterManaged>"
            f"<ipAddressType>{endpoint['IpAddressType']}</ipAddressType>"
            f"<dnsOptions><dnsRecordIpType>{endpoint['DnsRecordIpType']}</dnsRecordIpType>"
            "</dnsOptions>")
    if is_interface(endpoint):
        more += interface_xml(endpoint)
    return _fields_xml(endpoint, tag).removesuffix(f"</{tag}>") + more + f"</{tag}>"


def describe(params):
    for identifier in ec2._parse_member_list(params, "VpcEndpointId"):
        if identifier not in ec2._vpc_endpoints:
            return ec2._error("InvalidVpcEndpointId.NotFound",
                              f"The Vpc Endpoint Id '{identifier}' does not exist", 400)
    return _describe(params)


def install():
    ec2._vpce_fields_xml = fields_xml
    ec2._ACTION_MAP.update({"CreateVpcEndpoint": create, "ModifyVpcEndpoint": modify,
                            "DeleteVpcEndpoints": delete, "DescribeVpcEndpoints": describe})
