"""Makes what a stack declares to be in its AWS emulator.

Runs inside the emulator's own container, at every start, with the Python and the botocore that every flavor's image has.
What is there already is left alone; nothing is ever deleted.

usage: declare.py ENDPOINT REGION DECLARED.json FOLDER-OF-SECRET-VALUES
"""

import json
import os
import sys

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

endpoint, region, declared_file, values = sys.argv[1:]
session = Session()
session.set_credentials("test", "test")
clients = {}


def client(service):
    if service not in clients:
        settings = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}, connect_timeout=5, read_timeout=60)
        clients[service] = session.create_client(service, region_name=region, endpoint_url=endpoint, config=settings)
    return clients[service]


def found(call, *codes):
    """The call's answer, or None where it says that there is no such thing."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in codes or error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def bucket(name, versioning):
    s3 = client("s3")
    if found(lambda: s3.head_bucket(Bucket=name), "NoSuchBucket") is None:
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        s3.create_bucket(Bucket=name, **elsewhere)
    if versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def queue_url(name):
    missing = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
    answer = found(lambda: client("sqs").get_queue_url(QueueName=name), *missing)
    return answer and answer["QueueUrl"]


def queue(name, **_):
    if queue_url(name) is None:
        client("sqs").create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if name.endswith(".fifo") else {})


def queue_arn(name):
    answer = client("sqs").get_queue_attributes(QueueUrl=queue_url(name), AttributeNames=["QueueArn"])
    return answer["Attributes"]["QueueArn"]


def dead_letters(name, deadLetterQueue, maxReceiveCount):
    policy = json.dumps({"deadLetterTargetArn": queue_arn(deadLetterQueue), "maxReceiveCount": str(maxReceiveCount)})
    client("sqs").set_queue_attributes(QueueUrl=queue_url(name), Attributes={"RedrivePolicy": policy})


def topic(name, queues):
    sns = client("sns")
    arn = sns.create_topic(Name=name, Attributes={"FifoTopic": "true"} if name.endswith(".fifo") else {})["TopicArn"]
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    known = [each["Endpoint"] for page in pages for each in page["Subscriptions"]]
    for target in map(queue_arn, queues):
        if target not in known:
            sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=target)


def table(name, key, keyType, sortKeyType, sortKey=None):
    dynamodb = client("dynamodb")
    if found(lambda: dynamodb.describe_table(TableName=name), "ResourceNotFoundException") is not None:
        return
    keys = [(key, keyType, "HASH")] + ([(sortKey, sortKeyType, "RANGE")] if sortKey is not None else [])
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind, _ in keys],
        KeySchema=[{"AttributeName": each, "KeyType": role} for each, _, role in keys],
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def parameter(name, value):
    ssm = client("ssm")
    known = found(lambda: ssm.get_parameter(Name=name), "ParameterNotFound")
    if known is None or known["Parameter"]["Value"] != value:
        ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)


def secret(name, file):
    """The value lies in a file, so that it stands neither in the declaration nor in anything that is printed."""
    with open(os.path.join(values, file), encoding="utf-8", newline="") as content:
        value = content.read()
    manager = client("secretsmanager")
    known = found(lambda: manager.get_secret_value(SecretId=name), "ResourceNotFoundException")
    if known is None:
        manager.create_secret(Name=name, SecretString=value)
    elif known.get("SecretString") != value:
        manager.put_secret_value(SecretId=name, SecretString=value)


def main():
    with open(declared_file, encoding="utf-8") as content:
        declared = json.load(content)
    work = [
        ("bucket", bucket, declared["buckets"]),
        ("queue", queue, declared["queues"]),
        ("dead letters of queue", dead_letters, [each for each in declared["queues"] if "deadLetterQueue" in each]),
        ("topic", topic, declared["topics"]),
        ("table", table, declared["tables"]),
        ("parameter", parameter, declared["parameters"]),
        ("secret", secret, declared["secrets"]),
    ]
    for kind, make, entries in work:
        for entry in entries:
            try:
                make(**entry)
            except (BotoCoreError, ClientError) as error:
                sys.exit(f"{kind} {entry['name']}: {error}")
            print(f"{kind} {entry['name']}", flush=True)


main()
