"""Policy variables: ${aws:username} and its like in Resource and in the values of conditions.

Only in policies of version 2012-10-17, in the part of an ARN after its fifth colon, and in conditions on strings
and ARNs. Names are known in any case. ${key, 'default'} has a value where the request has none; ${*}, ${?} and
${$} are the characters themselves, and so is what a variable brings. A statement whose variable has no value, or
more than one, matches nothing.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import json
import re
from dataclasses import replace
from functools import lru_cache

from ministack.core import iam_evaluator as iam

VERSION = "2012-10-17"
VARIABLE = re.compile(r"\$\{([^}]*)\}")
DEFAULTED = re.compile(r"^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$")
STAR, MARK = "\ue000", "\ue001"  # a star and a question mark that stand for themselves
PLAIN = str.maketrans({STAR: "*", MARK: "?"})
LITERAL = str.maketrans({"*": STAR, "?": MARK})
FLAG = "switchyard:variables"  # on a statement that has lost its document

_parse, _resource_policy = iam.parse_policy_document, iam.evaluate_resource_policy
_trust, _compile = iam.evaluate_trust_policy, iam._fnmatch_compile


class NoValue(Exception):
    """The request has no single value for a variable."""


@lru_cache(4096)
def compiled(pattern, ignore_case):
    if STAR not in pattern and MARK not in pattern:
        return _compile(pattern, ignore_case)
    signs = {"*": ".*", "?": ".", STAR: r"\*", MARK: r"\?"}
    regex = "".join(signs.get(sign) or re.escape(sign) for sign in pattern)
    return re.compile(f"^{regex}$", re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def filled(text, ctx):
    def value(match):
        if match.group(1) in ("*", "?", "$"):
            return match.group(1).translate(LITERAL)
        name = DEFAULTED.match(match.group(1))
        found = iam._resolve_condition_key(name.group(1), ctx) if name else None
        if found is None and name:
            found = name.group(2)
        if not isinstance(found, str):
            raise NoValue(match.group(0))
        return found.translate(LITERAL)

    return VARIABLE.sub(value, text)


def filled_arn(arn, ctx):
    head = arn.split(":", 5)
    return ":".join([*head[:5], filled(head[5], ctx)]) if len(head) == 6 else arn


def filled_conditions(conditions, ctx):
    def values(operator, expected):
        kind = operator.lower().split(":")[-1].removesuffix("ifexists")
        if not kind.startswith(("string", "arn")):
            return expected
        texts = [str(each) for each in (expected if isinstance(expected, list) else [expected])]
        texts = [filled(each, ctx) for each in texts]
        return texts if "like" in kind or kind.startswith("arn") else [each.translate(PLAIN) for each in texts]

    return {operator: {key: values(operator, expected) for key, expected in keys.items()}
            for operator, keys in conditions.items() if isinstance(keys, dict)}


def first_match(ctx, statements, effect):
    for statement in statements:
        if statement.effect != effect or not iam._action_matches(
                ctx.action, statement.actions, statement.not_actions):
            continue
        told = statement
        if getattr(statement, "variables", False):
            try:
                told = replace(
                    statement,
                    resources=[filled_arn(arn, ctx) for arn in statement.resources],
                    not_resources=[filled_arn(arn, ctx) for arn in statement.not_resources],
                    conditions=filled_conditions(statement.conditions or {}, ctx))
            except NoValue:
                continue
        if iam._resource_matches(ctx.resource_arn, told.resources, told.not_resources) \
                and iam._conditions_met(told.conditions, ctx):
            return statement
    return None


def document_of(policy):
    """The document and its statements; nothing where it is none."""
    if isinstance(policy, str):
        try:
            policy = json.loads(policy)
        except ValueError:
            return None, []
    if not isinstance(policy, dict):
        return None, []
    statements = policy.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    return policy, [each for each in statements if isinstance(each, dict)]


def parse_policy_document(policy):
    document, statements = document_of(policy)
    told = _parse(policy)
    kept = [each for each in statements if each.get("Effect") in ("Allow", "Deny")]
    for parsed, statement in zip(told, kept, strict=True):
        parsed.variables = document.get("Version") == VERSION or FLAG in statement
    return told


def evaluate_resource_policy(policy, *args, **kwargs):
    """MiniStack judges the statements that name the caller, and forgets the document's version."""
    document, statements = document_of(policy)
    if document and document.get("Version") == VERSION:
        policy = {**document, "Statement": [{**each, FLAG: True} for each in statements]}
    return _resource_policy(policy, *args, **kwargs)


def evaluate_trust_policy(policy, caller, ctx=None):
    document, statements = document_of(policy)
    if ctx is None or not document or document.get("Version") != VERSION:
        return _trust(policy, caller, ctx)
    told = []
    for statement in statements:
        try:
            told.append({**statement, "Condition": filled_conditions(statement.get("Condition") or {}, ctx)})
        except NoValue:
            continue
    return _trust({**document, "Statement": told}, caller, ctx)


def install():
    iam._fnmatch_compile = compiled
    iam._first_match = first_match
    iam.parse_policy_document = parse_policy_document
    iam.evaluate_resource_policy = evaluate_resource_policy
    iam.evaluate_trust_policy = evaluate_trust_policy
