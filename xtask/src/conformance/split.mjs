// Splits the requests to one port among two registries, so that a proxy can be
// asked by a suite that publishes what it installs. Told by one argument, a
// JSON object: port, and
//   front: { proxy, host }: what writes, and accounts, to the registry `host`;
//     everything else to `proxy`;
//   back: { host, mock }: packages of the suite's own fake upstream to `mock`,
//     everything else to `host`.
// Addresses are without a slash at the end.
import http from "node:http";

const told = JSON.parse(process.argv[2]);

// Whatever is behind is not to know the difference.
const agent = new http.Agent({ keepAlive: true });

function front({ method, url }) {
  const reads = method === "GET" || method === "HEAD";
  const audits = url.startsWith("/-/npm/v1/security/");
  const accounts = /^\/-\/(user|whoami|v1\/login|npm\/v1\/(user|tokens))/.test(url);
  const { proxy, host } = told.front;
  if ((!reads && !audits) || accounts || /[?&]write=true/.test(url)) return host + url;
  // Addresses that the proxy has made are complete already.
  const { origin, pathname } = new URL(proxy);
  return (pathname !== "/" && url.startsWith(`${pathname}/`) ? origin : proxy) + url;
}

function back({ url }) {
  const { host, mock } = told.back;
  const name = decodeURIComponent(url).slice(1);
  return (/^(e2e-uplink-|nul\.|@e2e-uplink\/)/.test(name) ? mock : host) + url;
}

const server = http.createServer((request, response) => {
  const to = told.front ? front(request) : back(request);
  const { method, headers } = request;
  const further = http.request(to, { method, headers, agent }, (answer) => {
    if (told.back && to.startsWith(told.back.mock) && /json/.test(answer.headers["content-type"])) {
      rename(answer, response, headers.host);
      return;
    }
    response.writeHead(answer.statusCode, answer.statusMessage, answer.headers);
    answer.pipe(response);
    // A connection that breaks behind has to break in front.
    answer.on("error", () => response.destroy());
    answer.on("aborted", () => response.destroy());
  });
  further.on("error", () => response.destroy());
  response.on("close", () => further.destroy());
  request.pipe(further);
});

// The fake upstream names its own address, as no registry would that is asked
// under another one.
function rename(answer, response, host) {
  const pieces = [];
  answer.on("data", (piece) => pieces.push(piece));
  answer.on("error", () => response.destroy());
  answer.on("end", () => {
    const own = told.back.mock.replace("127.0.0.1", "localhost");
    const text = Buffer.concat(pieces).toString().replaceAll(own, `http://${host}`);
    const { "content-length": _, "transfer-encoding": __, ...headers } = answer.headers;
    response.writeHead(answer.statusCode, { ...headers, "content-length": Buffer.byteLength(text) });
    response.end(text);
  });
}

server.listen(told.port, "127.0.0.1");
