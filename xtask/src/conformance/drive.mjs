// Runs the suite through its own interface, which gives results as data; its
// program prints them for people only. Told by one argument, a JSON object:
// suite (its main file), registry, clients ([{type, program}]), tests (names,
// all if empty), timeout (milliseconds), out (where the results are written).
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const told = JSON.parse(process.argv[2]);
const suite = await import(pathToFileURL(told.suite));
const adapters = {
  npm: suite.createNpmAdapter,
  pnpm: suite.createPnpmAdapter,
  "yarn-modern": suite.createYarnModernAdapter,
  bun: suite.createBunAdapter,
};

// What the suite's program does before the first test.
const user = `suite-${process.pid}`;
const made = await fetch(`${told.registry}/-/user/org.couchdb.user:${user}`, {
  method: "PUT",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ _id: `org.couchdb.user:${user}`, name: user, password: "a password", type: "user", roles: [] }),
});
const { token } = await made.json();
process.chdir(mkdtempSync(join(tmpdir(), "suite-")));

const clients = told.clients.map(({ type, program }) => adapters[type](program));
const wanted = ({ name }) => told.tests.length === 0 || told.tests.includes(name);
const options = { timeout: told.timeout, concurrency: 1 };
const { results } = await suite.runAll(clients, suite.allTests.filter(wanted), told.registry, token, options);
writeFileSync(told.out, JSON.stringify(results));
process.exit(0);
