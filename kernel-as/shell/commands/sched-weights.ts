// schedctl weights load and save: the weights of the policy that decides, from a file and into one. What a file must be is the module's to say,
// whether the weights make requests slower the kernel's; here bytes are carried.
import { WEIGHTS_ROW_BYTES, WeightsRow } from "../../abi/layouts";
import { Control, Open, Status, Topic, WEIGHTS_BYTES } from "../../abi/numbers";
import * as sys from "../../abi/sys";
import { Arguments } from "../arguments";
import { chunk, fileText, openPath, statDescriptor } from "../files";
import { failModule, failNoScheduler } from "../policies";
import { done, fail, statusText } from "../report";
import { queryOne } from "../rows";
import { action, Command, Effect, operand, Type } from "../table";
import { formatBytes } from "../units";

if (WEIGHTS_BYTES > 65536) ERROR("weights do not fit into a chunk"); // CHUNK_BYTES of files.ts

/** Adds them to schedctl weights. */
export function withWeightsFiles(weights: Command): Command {
  return weights
    .with(
      action("load", Effect.Adjust, "let the policy that decides use the weights of a file; on trial, as those of the learner", loadWeights).takes(
        operand("PATH", Type.Path, "the file"),
      ),
    )
    .with(action("save", Effect.Destroy, "write the weights in use into a file; what is there is replaced", saveWeights).takes(operand("PATH", Type.Path, "the file")));
}

/** The row of the policy that decides; null, and said: it has no weights, or there is no scheduler. */
function weightsRow(given: Arguments): WeightsRow | null {
  const row = queryOne(Topic.Weights, 0, WEIGHTS_ROW_BYTES);
  if (row == 0) {
    failNoScheduler(given);
    return null;
  }
  if (changetype<WeightsRow>(row).bytes > 0) return changetype<WeightsRow>(row);
  fail(given, "the policy that decides has no weights; schedctl policy transformer");
  return null;
}

function loadWeights(given: Arguments): i32 {
  const path = given.text("PATH");
  const row = weightsRow(given);
  if (!row) return 1;
  const file = openPath(path, Open.Read);
  if (file < 0) return fail(given, path + ": " + fileText(file));
  const result = loadOpen(given, path, file as i32, row.moduleId, row.bytes, row.version);
  sys.close(file as i32);
  return result;
}

function loadOpen(given: Arguments, path: string, file: i32, id: u32, bytes: u32, version: u32): i32 {
  const known = statDescriptor(file);
  if (!known || known.isDirectory) return fail(given, path + ": no file");
  if (known.bytes != bytes) return fail(given, path + ": it has " + known.bytes.toString() + " bytes; the weights of this policy have " + bytes.toString());
  for (let read: u32 = 0; read < bytes; ) {
    const n = sys.fd_read(file, chunk() + read, bytes - read);
    if (n <= 0) return fail(given, path + ": " + (n == 0 ? "it became shorter while it was read" : fileText(n)));
    read += n as u32;
  }
  let status = sys.control(Control.WeightsWrite, id, 0, chunk(), bytes);
  if (status >= 0) status = sys.control(Control.WeightsCommit, id, version + 1, 0, 0);
  if (status == Status.Busy) return fail(given, path + ": other weights are on trial; schedctl weights shows them");
  if (status < 0) return failModule(given, path, status);
  return done(given, "version " + (version + 1).toString() + ", " + formatBytes(bytes) + ", on trial");
}

function saveWeights(given: Arguments): i32 {
  const path = given.text("PATH");
  const row = weightsRow(given);
  if (!row) return 1;
  const bytes = row.bytes;
  const got = sys.control(Control.WeightsRead, row.moduleId, 0, chunk(), bytes);
  if (got != bytes) return fail(given, path + ": " + (got < 0 ? statusText(got) : "the weights could not be read"));
  const file = openPath(path, Open.Write | Open.Create | Open.Truncate);
  if (file < 0) return fail(given, path + ": " + fileText(file));
  let trouble: i64 = 0;
  for (let written: u32 = 0; written < bytes && trouble == 0; ) {
    const n = sys.fd_write(file as i32, chunk() + written, bytes - written);
    if (n <= 0) trouble = n == 0 ? Status.Io : n;
    else written += n as u32;
  }
  sys.close(file as i32);
  return trouble < 0 ? fail(given, path + ": " + fileText(trouble)) : done(given, formatBytes(bytes));
}
