"""Security group rules as AWS compares and shows them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from ministack.services import ec2

ALL_PROTOCOLS = "-1"

_parse, _strip_descriptions, _rule_xml = (
    ec2._parse_ip_permissions, ec2._strip_descriptions, ec2._sg_rule_xml)


def parse(params, prefix):
    """Prefix lists are part of a rule."""
    rules = _parse(params, prefix)
    for number, rule in enumerate(rules, 1):
        entry = f"{prefix}.{number}.PrefixListIds.1"
        identifier = ec2._p(params, f"{entry}.PrefixListId")
        if identifier and not rule["PrefixListIds"]:
            rule["PrefixListIds"] = [{"PrefixListId": identifier}]
            description = ec2._p(params, f"{entry}.Description")
            if description:
                rule["PrefixListIds"][0]["Description"] = description
    return rules


def strip_descriptions(rule):
    """What makes two rules the same: ports say nothing where the rule is for all protocols."""
    compared = _strip_descriptions(rule)
    if str(compared.get("IpProtocol")) == ALL_PROTOCOLS:
        compared.pop("FromPort", None)
        compared.pop("ToPort", None)
    return {name: value for name, value in compared.items() if value != []}


def rule_xml(group_id, rule, is_egress=False):
    """A rule for a prefix list names it."""
    xml = _rule_xml(group_id, rule, is_egress=is_egress)
    prefixes = rule.get("PrefixListIds") or []
    if not prefixes:
        return xml
    first = prefixes[0]
    identifier = first.get("PrefixListId") if isinstance(first, dict) else first
    return xml.replace("</toPort>", f"</toPort><prefixListId>{identifier}</prefixListId>", 1)


def install():
    ec2._parse_ip_permissions = parse
    ec2._strip_descriptions = strip_descriptions
    ec2._sg_rule_xml = rule_xml
