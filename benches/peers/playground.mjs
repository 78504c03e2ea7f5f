// Trains with src/nn.ts of a checkout of the TensorFlow playground: `node playground.mjs CHECKOUT`.
// The first line of standard input is the task; each further one asks for a measurement.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

// nn.ts, its types taken out by the TypeScript that `npm install` puts into the checkout.
async function compiled(checkout) {
  const ts = createRequire(resolve(checkout, "package.json"))("typescript");
  const source = readFileSync(resolve(checkout, "src/nn.ts"), "utf8");
  const compilerOptions = { module: ts.ModuleKind.ES2015, target: ts.ScriptTarget.ES2017 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  return import(`data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`);
}

const nn = await compiled(process.argv[2]);

// The playground has the quadratic cost alone. Its slope is multiplied by that of the sigmoid.
const CROSS_ENTROPY = { der: (a, y) => (a - y) / (a * (1 - a)) };

function start({ sizes, weights, biases }) {
  const names = weights[0][0].map((_, k) => `x${k}`);
  const sigmoid = nn.Activations.SIGMOID;
  const network = nn.buildNetwork(sizes, sigmoid, sigmoid, null, names);
  network.slice(1).forEach((layer, l) => layer.forEach((node, j) => {
    node.bias = biases[l][j];
    node.inputLinks.forEach((link, k) => { link.weight = weights[l][j][k]; });
  }));
  return network;
}

function train(network, { inputs, targets, batch, eta }, order) {
  for (let i = 0; i < order.length; i++) {
    nn.forwardProp(network, inputs[order[i]]);
    nn.backProp(network, targets[order[i]], CROSS_ENTROPY);
    if ((i + 1) % batch === 0 || i + 1 === order.length) {
      nn.updateWeights(network, eta, 0);
    }
  }
}

function measure(task, seconds) {
  const network = start(task);
  const { orders } = task;
  let examples = 0;
  let taken = 0;
  const began = performance.now();
  for (let turn = 0; taken < seconds; turn++) {
    const order = orders[turn % orders.length];
    train(network, task, order);
    examples += order.length;
    taken = (performance.now() - began) / 1000;
  }
  const layers = network.slice(1);
  return {
    examples,
    seconds: taken,
    weights: layers.map((layer) => layer.map((node) => node.inputLinks.map((link) => link.weight))),
    biases: layers.map((layer) => layer.map((node) => node.bias)),
  };
}

let task = null;
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  const answer = task ? measure(task, message.seconds) : {};
  task ??= message;
  console.log(JSON.stringify(answer));
}
