"""Run MiniStack as one AWS account, with the behaviour a blue/green delivery relies on added to it.

usage: python launch.py --port 4566 [--bind ADDRESS]... [--exit-with-stdin]

Environment:
  MINISTACK_ACCOUNT_ID, MINISTACK_REGION   the account and region that answer
  SWITCHYARD_INSTANCE                      label value on every container that is started
  SWITCHYARD_REGISTRY_ENDPOINTS            other registries: "REAL_HOST=ADDRESS:PORT,..."
  SWITCHYARD_BASE_IMAGE                    image with Node.js at /nodejs/bin/node; default: the
                                           one that app/Dockerfile pins
  BG_TIME_SCALE                            factor on health-check intervals and waits (default 1)
  AUTH                                     "true": signatures and IAM policies are enforced
  SWITCHYARD_PEERS                         folder where the accounts of a run find each other (default none)
  SWITCHYARD_REQUEST_LOG                   file for a line about each call of AWS's APIs (default none)
"""

import argparse
import asyncio
import importlib
import importlib.metadata
import logging
import os
import signal
import sys
import threading

PINNED_VERSION = "1.5.33"
KEEP_ALIVE_SECONDS = 3600  # longer than any client keeps a connection: it is the client that ends one
DEFAULT_ACCOUNT = "000000000000"
BEHAVIOUR = (
    "containers", "whole_answers",
    "elbv2_forward", "elbv2_usage", "elbv2_health", "elbv2_metrics", "elbv2_doorway",
    "cloudwatch_alarms", "cloudwatch_evaluation",
    "ecs_images", "ecs_containers", "ecs_secrets", "ecs_logs",
    "ecs_tasks", "ecs_run_task", "ecs_task_lists", "ecs_events",
    "ecs_services", "ecs_deployments", "ecs_service_deployments",
    "ecr_images", "ecr_registry", "secrets_manager",
    "ec2_interfaces", "ec2_endpoints", "ec2_rules",
    "appconfig", "autoscaling", "ecs_metrics", "autoscaling_tracking",
    "ecs_execution_role", "s3_locks", "s3_pages",
    "iam_variables", "iam_request", "iam_resources", "iam_sessions", "iam_missing", "iam_log", "iam_dependents",
    "peers_calls",
)

logger = logging.getLogger("switchyard")


def parse_arguments():
    parser = argparse.ArgumentParser(description="AWS emulator of one account")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bind", action="append", default=[], metavar="ADDRESS",
                        help="address to listen on; default: loopback and Docker's bridge")
    parser.add_argument("--exit-with-stdin", action="store_true",
                        help="stop, and remove all containers, as soon as standard input closes")
    return parser.parse_args()


def require_pinned_version():
    """The modules here replace private functions, so any other version is refused."""
    found = importlib.metadata.version("ministack")
    if found != PINNED_VERSION:
        sys.exit(f"the emulator needs ministack {PINNED_VERSION}, found {found}: "
                 "install toolchain/emulator/requirements.lock")


def install_behaviour():
    """Containers first: it refuses to go on without a Docker engine."""
    for name in BEHAVIOUR:
        importlib.import_module(name).install()


def watch_standard_input(stop):
    """End of file on standard input means that the parent process is gone."""
    def wait():
        while os.read(0, 4096):
            pass
        stop("standard input closed")

    threading.Thread(target=wait, daemon=True, name="stdin-watch").start()


async def serve(addresses, port, exit_with_stdin):
    from hypercorn.asyncio import serve as serve_http
    from hypercorn.config import Config

    import containers
    import ecs_images
    import front

    loop, stopped = asyncio.get_running_loop(), asyncio.Event()

    def stop(reason):
        logger.info("stopping: %s", reason)
        containers.refuse_new()
        loop.call_soon_threadsafe(stopped.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, signal.Signals(number).name)
    if exit_with_stdin:
        watch_standard_input(stop)

    config = Config()
    config.bind = [f"{address}:{port}" for address in addresses]
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.keep_alive_max_requests = 10**9  # by default a connection is dropped after 1,000
    config.graceful_timeout = 1
    config.loglevel = os.environ.get("LOG_LEVEL", "INFO")
    server = asyncio.ensure_future(serve_http(front.app, config, shutdown_trigger=stopped.wait))
    stopping = asyncio.ensure_future(stopped.wait())
    await asyncio.wait({server, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if server.done():
        server.result()
    await asyncio.to_thread(containers.remove_all)
    await asyncio.to_thread(ecs_images.forget_pulled)
    await asyncio.wait({server}, timeout=5)


def main():
    arguments = parse_arguments()
    require_pinned_version()
    os.environ.setdefault("MINISTACK_ACCOUNT_ID", DEFAULT_ACCOUNT)
    os.environ["GATEWAY_PORT"] = str(arguments.port)
    os.environ.setdefault("IOT_MTLS_ENABLED", "0")
    os.environ.setdefault("SFTP_ENABLED", "0")
    os.environ.setdefault("DOCKER_NETWORK", "bridge")
    install_behaviour()
    import containers
    import peers

    peers.announce(arguments.port)
    addresses = arguments.bind or ["127.0.0.1", *containers.bridge_addresses()]
    asyncio.run(serve(addresses, arguments.port, arguments.exit_with_stdin))
    logging.shutdown()
    os._exit(0)  # worker threads may still wait on the Docker engine


if __name__ == "__main__":
    main()
