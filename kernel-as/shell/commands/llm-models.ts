// llmctl models, load, unload.
import { Model, Reply, Request } from "../../lib/llm-protocol";
import { Arguments } from "../arguments";
import { printLine } from "../console";
import { Json } from "../json";
import { askOnce, complaint, Mind } from "../llm/connection";
import { done, fail, Table } from "../report";
import { formatBytes } from "../units";

const MODEL_BYTES: i32 = offsetof<Model>() as i32;

export function models(given: Arguments): i32 {
  const mind = askOnce(Request.Models, 0, "");
  if (!mind) return fail(given, complaint);
  const status = given.json ? modelsJson(mind) : modelsTable(mind);
  const error = mind.error;
  mind.close();
  return status ? 0 : fail(given, error == "" ? "interrupted" : error);
}

/** The rows that come until Done; a row is valid until the next one. False: the connection broke. */
function modelsTable(mind: Mind): bool {
  const table = new Table(["NAME", ">SIZE", "STATE"]);
  while (mind.kind == Reply.Model) {
    const row = changetype<Model>(mind.body.dataStart);
    table.add([mind.text(MODEL_BYTES), formatBytes(row.bytes), row.loaded != 0 ? "loaded" : row.standard != 0 ? "default" : "-"]);
    if (!mind.next()) return false;
  }
  if (table.count > 0) table.print();
  else printLine("no model is on board: npm run qemu -- --model FILE.gguf brings one of yours; a machine of --mem 256M or more has the build's own");
  return true;
}

function modelsJson(mind: Mind): bool {
  const json = new Json().object().key("models").list();
  let whole = true;
  while (whole && mind.kind == Reply.Model) {
    const row = changetype<Model>(mind.body.dataStart);
    json
      .object()
      .string("name", mind.text(MODEL_BYTES))
      .pair("bytes", row.bytes)
      .boolean("loaded", row.loaded != 0)
      .boolean("default", row.standard != 0)
      .endObject();
    whole = mind.next();
  }
  json.endList().endObject().end();
  return whole;
}

export function load(given: Arguments): i32 {
  const mind = askOnce(Request.Load, 0, given.text("NAME"));
  if (!mind) return fail(given, complaint);
  mind.close();
  return done(given, "");
}

export function unload(given: Arguments): i32 {
  const mind = askOnce(Request.Unload, 0, "");
  if (!mind) return fail(given, complaint);
  mind.close();
  return done(given, "");
}
