// The same purchase as most teams would write it in Node: one transaction, made repeatable by a record of the request.

import { randomBytes, randomUUID } from "node:crypto";
import { DynamoDBClient, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";

const TableName = process.env.TABLE;
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export async function handle(event) {
  const member = event.requestContext.authorizer.jwt.claims.sub;
  const order = JSON.parse(event.body);
  const found = await client.send(new GetCommand({ TableName, Key: { pk: `product#${order.product_id}`, sk: "product" } }));
  if (!found.Item) return answer(404, { code: "PRODUCT_UNKNOWN" });
  const record = { pk: `request#${order.idempotency_key}`, sk: "request" };
  const purchase = {
    purchase_id: randomUUID(),
    product_id: order.product_id,
    price: found.Item.price,
    code: randomBytes(10).toString("hex"),
    bought_at: new Date().toISOString(),
  };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: writes(member, purchase, record) }));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) return answer(503, { code: "UNAVAILABLE" });
    const [repeated, short] = error.CancellationReasons.map((reason) => reason.Code === "ConditionalCheckFailed");
    if (repeated) {
      const done = await client.send(new GetCommand({ TableName, Key: record, ConsistentRead: true }));
      return answer(201, JSON.parse(done.Item.response));
    }
    return short ? answer(422, { code: "INSUFFICIENT_BALANCE" }) : answer(503, { code: "BUSY" });
  }
  return answer(201, purchase);
}

function writes(member, purchase, record) {
  const [wallet, sales] = [`wallet#${member}`, `sales#${purchase.product_id}`];
  const entry = `entry#${purchase.bought_at}#${purchase.purchase_id}`;
  const { price } = purchase;
  return [
    put({ ...record, response: JSON.stringify(purchase) }),
    {
      Update: {
        TableName,
        Key: { pk: wallet, sk: "wallet" },
        UpdateExpression: "SET balance = balance - :price",
        ConditionExpression: "balance >= :price",
        ExpressionAttributeValues: { ":price": price },
      },
    },
    put({ pk: wallet, sk: entry, amount: -price, ...purchase }),
    put({ pk: sales, sk: entry, amount: price, ...purchase }),
    put({ pk: wallet, sk: `purchase#${purchase.purchase_id}`, ...purchase }),
    put({ pk: `code#${purchase.code}`, sk: "code", state: "issued", member }),
  ];
}

const put = (Item) => ({ Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" } });

const answer = (statusCode, body) => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
