// Family "modules": modctl, the policy modules of the kernel.
import { MODULE_ROW_BYTES, MODULE_ROW_NAME, MODULE_ROW_REASON, MODULE_ROW_SHA256, ModuleRow } from "../../abi/layouts";
import { Control, ModuleState, Status, Topic } from "../../abi/numbers";
import { offerFault, offerFile } from "../approve";
import { Arguments } from "../arguments";
import { flush } from "../console";
import { normalize } from "../files";
import { Json } from "../json";
import { failModule } from "../policies";
import { done, fail, statusText, Table } from "../report";
import { controlText, hexAt, RowReader, textAt } from "../rows";
import { action, Command, Effect, operand, register, Type } from "../table";
import { formatBytes, formatSpan } from "../units";

const KINDS: string[] = ["", "memory", "sched"];
const STATES: string[] = ["available", "active", "ejected", "shadow"];
const ENGINES: string[] = ["fallback", "aot", "wasm3"];

export function registerModules(): void {
  const name = "a module of modctl list";
  register(
    new Command("modctl", "modules", Effect.Observe, "policy modules: see, load, swap", null)
      .with(action("list", Effect.Observe, "modules with their state, engine, calls and errors", list))
      .with(action("load", Effect.Adjust, "validate and load a policy module", load).takes(operand("PATH", Type.Path, "the module's file")))
      .with(action("unload", Effect.Destroy, "forget a module that is not active", unload).takes(operand("NAME", Type.Module, name)))
      .with(action("swap", Effect.Adjust, "make a module the active policy of its kind", swap).takes(operand("NAME", Type.Module, name)))
      .with(
        action("fallback", Effect.Adjust, "return a kind of policy to the built-in fallback", fallback).takes(
          operand("KIND", Type.Choice, "what it decides").oneOf(["memory", "sched"]),
        ),
      ),
  );
}

function nameOf(names: string[], index: u32): string {
  return index < (names.length as u32) ? names[index] : index.toString();
}

function list(given: Arguments): i32 {
  const json = new Json();
  if (given.json) json.object().key("modules").list();
  const table = new Table([">ID", "NAME", "KIND", "STATE", "ENGINE", ">CALLS", ">ERRORS", ">FUEL", ">TIME/CALL", ">SIZE", "SHA-256", "REASON"]);
  const rows = new RowReader(Topic.Modules, MODULE_ROW_BYTES, 0, false);
  for (let row = rows.next(); row != 0; row = rows.next()) {
    const m = changetype<ModuleRow>(row);
    const name = textAt(row + MODULE_ROW_NAME, 32);
    const sha = hexAt(row + MODULE_ROW_SHA256, 32);
    const reason = textAt(row + MODULE_ROW_REASON, 96);
    if (given.json) {
      json
        .object()
        .pair("id", m.id)
        .string("kind", nameOf(KINDS, m.kind))
        .string("state", nameOf(STATES, m.state))
        .string("engine", nameOf(ENGINES, m.engine))
        .pair("calls", m.calls)
        .pair("errors", m.errors)
        .pair("fuelLast", m.fuelLast)
        .pair("nsTotal", m.nsTotal)
        .signed("lastError", m.lastError)
        .pair("bytes", m.bytes)
        .string("name", name)
        .string("sha256", sha)
        .string("reason", reason)
        .endObject();
      continue;
    }
    table.add([
      m.id.toString(),
      name,
      nameOf(KINDS, m.kind),
      nameOf(STATES, m.state),
      nameOf(ENGINES, m.engine),
      m.calls.toString(),
      m.errors.toString(),
      m.fuelLast.toString(),
      m.calls > 0 ? formatSpan(m.nsTotal / m.calls) : "-",
      m.bytes > 0 ? formatBytes(m.bytes) : "-",
      m.bytes > 0 ? sha.substring(0, 12) : "-",
      reason != "" ? reason : m.state == ModuleState.Ejected ? statusText(m.lastError) : "",
    ]);
  }
  if (given.json) json.endList().endObject().end();
  else table.print();
  return 0;
}

function load(given: Arguments): i32 {
  flush();
  const path = given.text("PATH");
  let id = controlText(Control.ModuleLoad, normalize(path));
  // Not of the build's record, or not of the initrd: validated here, and offered.
  if (id == Status.Unrecorded || id == Status.BadImport || id == Status.NotFound) {
    id = offerFile(path);
    if (id < 0 && offerFault != "") return fail(given, path + ": " + statusText(id) + ": " + offerFault);
  }
  if (id < 0) return failModule(given, path, id);
  if (given.json) {
    new Json().object().signed("id", id).endObject().end();
    return 0;
  }
  return done(given, path + ": module " + id.toString());
}

function steer(given: Arguments, operation: Control, name: string): i32 {
  const result = controlText(operation, name);
  return result < 0 ? failModule(given, name, result) : done(given, "");
}

function unload(given: Arguments): i32 {
  return steer(given, Control.ModuleUnload, given.text("NAME"));
}

function swap(given: Arguments): i32 {
  return steer(given, Control.ModuleSwap, given.text("NAME"));
}

function fallback(given: Arguments): i32 {
  return steer(given, Control.ModuleFallback, given.text("KIND"));
}
