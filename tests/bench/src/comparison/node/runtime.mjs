// The loop between the Lambda Runtime API and the handler, with nothing but what Node brings.

import { Agent, request } from "node:http";
import { handle } from "./purchase.mjs";

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function send(method, path, body) {
  const options = { agent, hostname, port, method, path: `/2018-06-01/runtime/invocation/${path}` };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

for (;;) {
  const invocation = await send("GET", "next");
  const answer = await handle(JSON.parse(invocation.body));
  await send("POST", `${invocation.headers["lambda-runtime-aws-request-id"]}/response`, JSON.stringify(answer));
}
