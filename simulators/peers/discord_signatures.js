// Makes Ed25519 signatures with Node's own crypto, and judges others with Discord's package.
// A line of JSON in, one out: {make, timestamp} or {key, timestamp, body, signature}.
const crypto = require("node:crypto");
const { verifyKey } = require("discord-interactions");

const hex = (key) => key.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

function make(body, timestamp) {
  const signed = Buffer.concat([Buffer.from(timestamp), Buffer.from(body)]);
  const own = crypto.generateKeyPairSync("ed25519");
  const other = crypto.generateKeyPairSync("ed25519");
  const curve = crypto.generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    key: hex(own.publicKey),
    body,
    signature: crypto.sign(null, signed, own.privateKey).toString("hex"),
    of_another_key: crypto.sign(null, signed, other.privateKey).toString("hex"),
    ecdsa: crypto.sign("sha256", signed, { key: curve.privateKey, dsaEncoding: "ieee-p1363" }).toString("hex"),
    hmac: crypto.createHmac("sha512", "secret").update(signed).digest("hex"),
  };
}

async function main() {
  const lines = require("node:fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
  for (const line of lines) {
    const asked = JSON.parse(line);
    const told = "make" in asked
      ? make(asked.make, asked.timestamp)
      : { valid: await verifyKey(asked.body, asked.signature, asked.timestamp, asked.key) };
    console.log(JSON.stringify(told));
  }
}

main();
