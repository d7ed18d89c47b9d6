// The JavaScript side of JavaScriptInteropIT.
//
//   node interop.mjs write <file>            saves a document with every kind of value
//   node interop.mjs edit <from> <to>        loads, edits, saves
//   node interop.mjs merge <one> <other>     loads both, merges, prints heads and document
//   node interop.mjs dump <file>...          prints each document on a line of its own
//
// Documents are printed as DocumentJson prints them, from the types that the core names.
import { readFileSync, writeFileSync } from "node:fs";
import * as Automerge from "@automerge/automerge";

const [command, ...files] = process.argv.slice(2);
const load = (file) => Automerge.load(readFileSync(file));
const save = (file, document) => writeFileSync(file, Automerge.save(document));
const tagged = (tag, value) => `{"$${tag}":${value}}`;

function float(value) {
  if (!Number.isFinite(value)) {
    return tagged("double", JSON.stringify(String(value)));
  }
  if (Object.is(value, -0)) {
    return "-0.0";
  }
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : digits + ".0";
}

function json(core, [type, value]) {
  switch (type) {
    case "null":
    case "boolean":
    case "int":
      return String(value);
    case "f64":
      return float(value);
    case "str":
      return JSON.stringify(value);
    case "uint":
      return tagged("uint64", `"${value}"`);
    case "counter":
      return tagged("counter", value);
    case "timestamp":
      return tagged("timestamp", `"${value.toISOString()}"`);
    case "bytes":
      return tagged("bytes", `"${Buffer.from(value).toString("base64")}"`);
    case "text":
      return tagged("text", JSON.stringify(core.text(value)));
    case "list":
      return list(core, value);
    case "map":
      return map(core, value);
    default:
      throw new Error("unhandled type " + type);
  }
}

function list(core, object) {
  const items = [];
  for (let i = 0; i < core.length(object); i++) {
    items.push(json(core, core.getWithType(object, i)));
  }
  return `[${items.join(",")}]`;
}

function map(core, object) {
  const keys = core.keys(object);
  const fields = keys.map(
    (key) => `${JSON.stringify(key)}:${json(core, core.getWithType(object, key))}`,
  );
  const plain = `{${fields.join(",")}}`;
  return keys.length === 1 && keys[0].startsWith("$") ? tagged("map", plain) : plain;
}

const dump = (document) => map(Automerge.getBackend(document), "_root");

function write(file) {
  let document = Automerge.change(Automerge.init(), (doc) => {
    doc.text = "text \u{1F1E9}\u{1F1EA} \u{1F600}";
    doc.string = new Automerge.ImmutableString("scalar \u00fc");
    doc.int = -4;
    doc.wide = -(2n ** 62n);
    doc.uint = 2n ** 64n - 1n;
    doc.small = new Automerge.Uint(7);
    doc.float = 3.14159267;
    doc.whole = new Automerge.Float64(3);
    doc.yes = true;
    doc.nothing = null;
    doc.bytes = new Uint8Array([0x85, 0x6f, 0x4a, 0x83]);
    doc.at = new Date(-905182979000);
    doc.hits = new Automerge.Counter(5);
    doc.nested = { list: [1, [2, { deep: [new Date(0), "\u00e9"] }], null], empty: {} };
    doc["\u043a\u043b\u044e\u0447"] = [];
  });
  document = Automerge.change(document, (doc) => {
    doc.hits.increment(-7);
    doc.nested.list.splice(0, 1);
    delete doc.nested.empty;
    Automerge.splice(doc, ["text"], 0, 4, "Text");
  });
  save(file, document);
}

function edit(from, to) {
  const document = Automerge.change(load(from), (doc) => {
    doc.hits.increment(10);
    doc.nested.list.push("from there");
    doc.nested.there = { by: "JavaScript" };
    doc.int = 77;
    Automerge.splice(doc, ["text"], 0, 0, "\u{1F600}there ");
  });
  save(to, document);
}

switch (command) {
  case "write":
    write(files[0]);
    break;
  case "edit":
    edit(files[0], files[1]);
    break;
  case "merge": {
    const merged = Automerge.merge(load(files[0]), load(files[1]));
    console.log(Automerge.getHeads(merged).sort().join(" "));
    console.log(dump(merged));
    break;
  }
  case "dump":
    files.forEach((file) => console.log(dump(load(file))));
    break;
  default:
    throw new Error("unknown command " + command);
}
