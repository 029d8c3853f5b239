"""Network interfaces: those of interface endpoints exist, and filters are honoured.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""

import secrets

from ministack.core.responses import get_account_id
from ministack.services import ec2

FILTERS = {
    "network-interface-id": lambda eni: [eni["NetworkInterfaceId"]],
    "subnet-id": lambda eni: [eni["SubnetId"]],
    "vpc-id": lambda eni: [eni["VpcId"]],
    "group-id": lambda eni: [group["GroupId"] for group in eni["Groups"]],
    "description": lambda eni: [eni["Description"]],
    "status": lambda eni: [eni["Status"]],
    "interface-type": lambda eni: [eni["InterfaceType"]],
}


def create(subnet_id, group_ids, description, interface_type):
    subnet = ec2._subnets.get(subnet_id) or {}
    network = subnet.get("CidrBlock", "10.0.0.0/16").rsplit(".", 2)[0]
    identifier = "eni-" + secrets.token_hex(9)[:17]
    ec2._network_interfaces[identifier] = {
        "NetworkInterfaceId": identifier,
        "SubnetId": subnet_id,
        "VpcId": subnet.get("VpcId", ""),
        "AvailabilityZone": subnet.get("AvailabilityZone", ""),
        "Description": description,
        "OwnerId": get_account_id(),
        "Status": "in-use",
        "PrivateIpAddress": ec2._random_ip(network),
        "InterfaceType": interface_type,
        "SourceDestCheck": True,
        "MacAddress": ":".join(f"{byte:02x}" for byte in secrets.token_bytes(6)),
        "Groups": [{"GroupId": group, "GroupName": ec2._security_groups[group]["GroupName"]}
                   for group in group_ids if group in ec2._security_groups],
        "Attachment": None,
    }
    return identifier


def matches(eni, filters):
    for name, patterns in filters.items():
        values = FILTERS.get(name, lambda _: [])(eni)
        if not any(ec2._glob_match(pattern, value) for pattern in patterns for value in values):
            return False
    return True


def describe(params):
    wanted = ec2._parse_member_list(params, "NetworkInterfaceId")
    filters = ec2._parse_filters(params)
    for identifier in wanted:
        if identifier not in ec2._network_interfaces:
            return ec2._error("InvalidNetworkInterfaceID.NotFound",
                              f"The networkInterface ID '{identifier}' does not exist", 400)
    items = "".join(ec2._eni_fields_xml(eni) for eni in ec2._network_interfaces.values()
                    if (not wanted or eni["NetworkInterfaceId"] in wanted)
                    and matches(eni, filters))
    return ec2._xml(200, "DescribeNetworkInterfacesResponse",
                    f"<networkInterfaceSet>{items}</networkInterfaceSet>")


def install():
    ec2._ACTION_MAP["DescribeNetworkInterfaces"] = describe
