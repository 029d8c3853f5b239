"""What Container Insights publishes of a service once a minute, as far as scaling looks at it.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
"""

import elbv2_metrics
from ministack.core.responses import request_scope
from ministack.services import cloudwatch, ecs

NAMESPACE = "ECS/ContainerInsights"


def publish(timestamp):
    for (account, region, key), service in list(ecs._services.all_items()):
        if service.get("status") != "ACTIVE":
            continue
        cluster, name = key.split("/", 1)
        with request_scope(account, region):
            cloudwatch._store_datum(
                NAMESPACE, "DesiredTaskCount", {"ClusterName": cluster, "ServiceName": name},
                timestamp, "None", None, [service["desiredCount"]], [1], None)


def install():
    elbv2_metrics.each_minute(publish)
