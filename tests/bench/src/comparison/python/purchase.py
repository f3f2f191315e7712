"""The same purchase as most teams would write it in Python: one transaction, made repeatable by a record of the request."""

import json
import os
import secrets
import uuid
from datetime import datetime, timezone

import boto3
from botocore.exceptions import ClientError

TABLE = os.environ["TABLE"]
dynamodb = boto3.resource("dynamodb")
table = dynamodb.Table(TABLE)
client = dynamodb.meta.client


def handle(event):
    member = event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"]
    order = json.loads(event["body"])
    product = table.get_item(Key={"pk": "product#" + order["product_id"], "sk": "product"}).get("Item")
    if product is None:
        return answer(404, {"code": "PRODUCT_UNKNOWN"})
    record = {"pk": "request#" + order["idempotency_key"], "sk": "request"}
    purchase = {
        "purchase_id": str(uuid.uuid4()),
        "product_id": order["product_id"],
        "price": int(product["price"]),
        "code": secrets.token_hex(10),
        "bought_at": datetime.now(timezone.utc).isoformat(),
    }
    try:
        client.transact_write_items(TransactItems=writes(member, purchase, record))
    except client.exceptions.TransactionCanceledException as cancelled:
        reasons = [reason["Code"] for reason in cancelled.response["CancellationReasons"]]
        if reasons[0] == "ConditionalCheckFailed":
            done = table.get_item(Key=record, ConsistentRead=True)["Item"]
            return answer(201, json.loads(done["response"]))
        if reasons[1] == "ConditionalCheckFailed":
            return answer(422, {"code": "INSUFFICIENT_BALANCE"})
        return answer(503, {"code": "BUSY"})
    except ClientError:
        return answer(503, {"code": "UNAVAILABLE"})
    return answer(201, purchase)


def writes(member, purchase, record):
    wallet, sales = "wallet#" + member, "sales#" + purchase["product_id"]
    entry = "entry#" + purchase["bought_at"] + "#" + purchase["purchase_id"]
    price = purchase["price"]
    new = "attribute_not_exists(pk)"
    return [
        put({**record, "response": json.dumps(purchase)}, new),
        {
            "Update": {
                "TableName": TABLE,
                "Key": {"pk": wallet, "sk": "wallet"},
                "UpdateExpression": "SET balance = balance - :price",
                "ConditionExpression": "balance >= :price",
                "ExpressionAttributeValues": {":price": price},
            }
        },
        put({"pk": wallet, "sk": entry, "amount": -price, **purchase}, new),
        put({"pk": sales, "sk": entry, "amount": price, **purchase}, new),
        put({"pk": wallet, "sk": "purchase#" + purchase["purchase_id"], **purchase}, new),
        put({"pk": "code#" + purchase["code"], "sk": "code", "state": "issued", "member": member}, new),
    ]


def put(item, condition):
    return {"Put": {"TableName": TABLE, "Item": item, "ConditionExpression": condition}}


def answer(status, body):
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
